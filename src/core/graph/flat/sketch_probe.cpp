#include "core/graph/flat/sketch_probe.h"

#include <algorithm>

namespace vecext {

namespace {

bool has_few_nodes(const GraphModel& model) {
  return model.meta.parts[kMain].nodes < kFewestNodesOfWalk;
}

/// True if a visit reads one page, as neighbors lie beside a node. A probe is then made to read
/// less, so that it does not cost much more than the visits.
bool has_cheap_visits(const GraphModel& model) {
  return model.node.near_bytes > 0;
}

}  // namespace

std::int32_t most_by_sketches(const GraphModel& model) {
  constexpr std::int32_t kMost = 512;
  constexpr std::int32_t kMostBeside = 256;
  if (has_few_nodes(model)) {
    return static_cast<std::int32_t>(model.meta.parts[kMain].nodes);
  }
  return has_cheap_visits(model) ? kMostBeside : kMost;
}

std::size_t keep_apart(const GraphModel& model, QueuedNode* nodes, std::size_t count) {
  constexpr std::size_t kNearest = 16;
  constexpr std::size_t kMostScored = 64;
  constexpr NodeId kNearNumbers = 8;
  if (has_few_nodes(model) || count <= kNearest) {
    return count;
  }
  const auto range = [](const QueuedNode& of) { return of.node / kNearNumbers; };
  QueuedNode* const others = nodes + kNearest;
  QueuedNode* end = nodes + count;
  std::nth_element(nodes, others, end, is_nearer_node);
  std::sort(others, end, [&](const QueuedNode& a, const QueuedNode& b) {
    return range(a) != range(b) ? range(a) < range(b) : is_nearer_node(a, b);
  });
  end = std::unique(others, end,
                    [&](const QueuedNode& a, const QueuedNode& b) { return range(a) == range(b); });
  if (end - nodes > static_cast<std::ptrdiff_t>(kMostScored)) {
    std::nth_element(others, nodes + kMostScored, end, is_nearer_node);
    end = nodes + kMostScored;
  }
  return static_cast<std::size_t>(end - nodes);
}

std::uint32_t most_sketch_blocks(const GraphModel& model) {
  constexpr double kOfRoot = 1.2;
  constexpr double kFewBlocks = 1000;  // comparing them takes as long as some twenty visits
  const double root = std::sqrt(model.meta.parts[kMain].nodes);
  if (!has_cheap_visits(model)) {
    return static_cast<std::uint32_t>(std::max(kFewBlocks, kOfRoot * root));
  }
  constexpr double kMostBeside = 300;
  constexpr double kLeastBeside = 128;
  constexpr double kBytesOfBlock = 7;  // bytes that a visit compares in the time that a block takes
  const double few = std::clamp(static_cast<double>(model.node.near_bytes) / kBytesOfBlock,
                                kLeastBeside, kMostBeside);
  return static_cast<std::uint32_t>(std::max(few, few / kMostBeside * kOfRoot * root));
}

}  // namespace vecext
