#include "core/graph/search/graph_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vecext {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

void score_entries(const GraphModel& model, Part part, const GraphQuery& query,
                   ScoredEntries* scored_entries) {
  const EntryTable& entries = model.entries[part];
  const kernel::EstimateTerms terms =
      origin_terms(model, query, model.meta.parts[part].entry_scale);
  scored_entries->count = 0;
  for (std::int32_t i = 0; i < entries.block_count; ++i) {
    kernel::BlockScores scores;
    kernel::score_block(scored_block(query, model, model.entry_block(part, i)), terms, 0, &scores);
    for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
      const NodeId node = entries.nodes[i * kBlockLanes + lane];
      if (node != kNoNode) {
        scored_entries->nearest[scored_entries->count++] = {or_farthest(scores.estimates[lane]),
                                                            node};
      }
    }
  }
}

void sort_entries(ScoredEntries* entries) {
  std::sort(entries->nearest, entries->nearest + entries->count, is_nearer_node);
}

bool start_at_entries(ScoredEntries* entries, std::int32_t wanted, Frontier* frontier, float* far) {
  QueuedNode* starts = entries->nearest;
  const auto unknown = static_cast<std::int32_t>(
      std::count_if(starts, starts + entries->count,
                    [](const QueuedNode& entry) { return entry.estimate == -kInfinity; }));
  const std::int32_t count = std::min(entries->count, wanted + unknown);
  if (!frontier->reserve(count)) {
    return false;
  }
  *far = kInfinity;
  if (count < entries->count) {
    std::partial_sort(starts, starts + count, starts + entries->count, is_nearer_node);
    *far = starts[count - 1].estimate;
  }
  for (std::int32_t i = 0; i < count; ++i) {
    frontier->push(starts[i].node, starts[i].estimate, kRough);
  }
  return true;
}

}  // namespace vecext
