#include "core/graph/flat/sketch_probe.h"

#include <algorithm>

namespace vecext {

std::int32_t most_by_sketches(const GraphModel& model) {
  constexpr std::int32_t kMost = 64;
  const std::uint32_t nodes = model.meta.parts[kMain].nodes;
  return nodes < kFewestNodesOfWalk ? static_cast<std::int32_t>(nodes) : kMost;
}

std::uint32_t most_sketch_blocks(const GraphModel& model) {
  // They take as long as some twenty visits, which read one page where neighbors lie beside a node.
  constexpr std::uint32_t kFewBlocks = 1000;
  constexpr std::uint32_t kFewBlocksBeside = 300;
  constexpr double kOfRoot = 2;
  const double root = std::sqrt(model.meta.parts[kMain].nodes);
  return std::max(model.node.near_bytes > 0 ? kFewBlocksBeside : kFewBlocks,
                  static_cast<std::uint32_t>(kOfRoot * root));
}

}  // namespace vecext
