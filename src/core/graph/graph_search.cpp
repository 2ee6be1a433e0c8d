#include "core/graph/graph_search.h"

#include <algorithm>
#include <limits>

#include "core/quant/anchor.h"

namespace vecext {

kernel::EstimateTerms origin_terms(const GraphModel& model, const GraphQuery& query, float scale) {
  const double squared = query.own.norm * query.own.norm;
  const double key = model.metric() == Metric::kInnerProduct ? query.own.shift : squared;
  kernel::EstimateTerms terms = estimate_terms(model, query, scale, key, 0);
  terms.slack = bound_slack(model.codec, query.table, static_cast<float>(squared));
  return terms;
}

namespace {

/// Estimates of all entry points of a graph; how many there are.
std::int32_t score_entries(const GraphModel& model, Part part, const GraphQuery& query,
                           Waiting* scored_entries) {
  const EntryTable& entries = model.entries[part];
  const kernel::EstimateTerms terms =
      origin_terms(model, query, model.meta.parts[part].entry_scale);
  std::int32_t count = 0;
  for (std::int32_t i = 0; i < entries.block_count; ++i) {
    kernel::BlockScores scores;
    kernel::score_block(scored(query, model, model.entry_block(part, i)), terms, 0, &scores);
    for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
      const NodeId node = entries.nodes[i * kBlockLanes + lane];
      if (node != kNoNode) {
        scored_entries[count++] = {scores.estimates[lane], node};
      }
    }
  }
  return count;
}

}  // namespace

bool start_at_entries(const GraphModel& model, Part part, const GraphQuery& query,
                      std::int32_t wanted, Frontier* frontier, float* far) {
  Waiting starts[kMaxEntries];
  std::int32_t count = score_entries(model, part, query, starts);
  if (!frontier->reserve(std::min(count, wanted))) {
    return false;
  }
  *far = std::numeric_limits<float>::infinity();
  if (wanted < count) {
    std::nth_element(starts, starts + wanted - 1, starts + count,
                     [](const Waiting& a, const Waiting& b) { return a.estimate < b.estimate; });
    count = wanted;
    *far = starts[count - 1].estimate;
  }
  for (std::int32_t i = 0; i < count; ++i) {
    frontier->sight(starts[i].node, starts[i].estimate);
  }
  return true;
}

}  // namespace vecext
