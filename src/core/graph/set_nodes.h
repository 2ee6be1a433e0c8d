// Which nodes the rows of a set are in, and whether it takes less to read them all (set_scan.h)
// than to walk to the nearest.
#pragma once

#include "core/graph/graph_model.h"

namespace vecext {

/// The nodes of a set's rows in both graphs, page after page; listed when they are asked for.
class SetNodes {
 public:
  SetNodes(const GraphModel& model, const RowFilter& filter, Arena arena);

  /// Is it thought to take less to read them all than to walk on to so many visits in all?
  bool is_better_than(double visits);

  /// Lists them, where they are known. False: out of memory.
  bool list();

  const NodeId* begin() const { return nodes_; }
  std::size_t count() const { return count_; }

 private:
  const GraphModel& model_;
  const RowFilter& filter_;
  const Arena arena_;
  const NodeId* nodes_ = nullptr;
  std::size_t count_ = 0;
  // In visits; until they are listed, the least that it may be; infinite where they cannot be.
  double cost_;
};

}  // namespace vecext
