#include "core/graph/set_nodes.h"

#include <algorithm>
#include <limits>

namespace vecext {

namespace {

/// What it takes to read a page of nodes, and each of them, in visits of a walk; to list one
/// (measured).
constexpr double kPage = 0.055;
constexpr double kNode = 0.05;
constexpr double kListed = 0.005;

/// Pages that nodes in ascending order lie on.
std::size_t count_pages(const NodeLayout& layout, const NodeId* nodes, std::size_t count) {
  std::size_t pages = 0;
  NodeId end = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (nodes[i] >= end) {
      ++pages;
      end = layout.id_of(layout.page_of(nodes[i]) + 1, 0);
    }
  }
  return pages;
}

}  // namespace

SetNodes::SetNodes(const GraphModel& model, const RowFilter& filter, Arena arena)
    : model_(model),
      filter_(filter),
      arena_(arena),
      cost_(filter.each != nullptr && model.by_row.is_known()
                ? static_cast<double>(filter.set_rows) *
                      (kListed + kNode + kPage / std::max(model.layout.slots, 1))
                : std::numeric_limits<double>::infinity()) {}

bool SetNodes::is_better_than(double visits) {
  // Where there is no memory for the list, whoever reads the nodes will say so.
  return visits > cost_ && (nodes_ != nullptr || !list() || visits > cost_);
}

bool SetNodes::list() {
  if (nodes_ == nullptr) {
    if (!model_.by_row.list(filter_, arena_, &nodes_, &count_)) {
      return false;
    }
    cost_ = static_cast<double>(count_pages(model_.layout, nodes_, count_)) * kPage +
            static_cast<double>(count_) * kNode;
  }
  return true;
}

}  // namespace vecext
