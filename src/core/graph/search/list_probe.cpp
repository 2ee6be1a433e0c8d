#include "core/graph/search/list_probe.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// For each square root of the nodes of a part.
constexpr double kProbedBlocks = 1.2;

bool is_nearer(const QueuedNode& a, const QueuedNode& b) {
  return a.estimate < b.estimate;
}

}  // namespace

std::int32_t visits_before_probe(const GraphLimits& limits, Part part) {
  if (limits.slack[part] > 0) {
    return kVisitsBeforeProbe;
  }
  return limits.ef >= kLeastEfOfProbe ? kVisitsBeforeProbeOfEf : 0;
}

std::int32_t most_probed_blocks(const GraphModel& model, Part part) {
  return static_cast<std::int32_t>(kProbedBlocks * std::sqrt(model.meta.parts[part].nodes)) + 1;
}

void ProbedNodes::keep() {
  if (count_ > kMost) {
    std::nth_element(nodes_, nodes_ + kMost - 1, nodes_ + count_, is_nearer);
    limit_ = std::min(limit_, nodes_[kMost - 1].estimate);
    count_ = kMost;
  }
}

void ProbedNodes::add(const GraphModel& model, const GraphQuery& query,
                      const kernel::EstimateTerms& terms,
                      const NodeBlock<const std::byte>& block) {
  if (count_ > 2 * kMost - kBlockLanes) {
    keep();
  }
  kernel::BlockScores scores;
  std::uint32_t lanes =
      kernel::score_block(scored(query, model, block.codes()), terms, limit_, &scores);
  for (; lanes != 0; lanes &= lanes - 1) {
    const int lane = __builtin_ctz(lanes);
    const NodeId node = block.nodes()[lane];
    if (node != kNoNode && (block.rows()[lane].line & kIsOther) == 0) {
      nodes_[count_++] = {scores.estimates[lane], node};
    }
  }
}

bool ProbedNodes::give(Frontier* frontier) {
  keep();
  if (!frontier->reserve(count_)) {
    return false;
  }
  std::for_each(nodes_, nodes_ + count_, [&](const QueuedNode& node) {
    frontier->push_rough(node.node, node.estimate);
  });
  return true;
}

}  // namespace vecext
