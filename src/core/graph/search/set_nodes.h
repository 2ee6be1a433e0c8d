// Which nodes the rows of a set are in, and whether it takes less to look at them all than to walk
// to the nearest: at their codes, which lie in the order of nodes (filtered_code_scan.h), or at
// their vectors at once (filtered_vector_scan.h).
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// The nodes of a set's rows in both graphs; found when they are asked for.
class SetNodes {
 public:
  SetNodes(const GraphModel& model, const RowFilter& filter, Arena arena);

  /// Is it thought to take less to look at them all than to walk on to so many visits in all?
  bool is_better_than(double visits);

  /// Finds them, where that is possible. False: out of memory.
  bool find();

  /// Those found, and how many they are.
  const BitSet& marks() const { return marks_; }
  std::size_t count() const { return count_; }

  /// Are they so few that their codes are looked at one by one?
  bool are_few() const;

  /// Is it thought to take less by their codes? Of those found.
  bool is_code_scan_better() const { return code_scan_cost_ < scan_cost_; }

 private:
  const GraphModel& model_;
  const RowFilter& filter_;
  const Arena arena_;
  bool is_found_ = false;
  BitSet marks_;
  std::size_t count_ = 0;
  // In visits; infinite where there is no such way. Until nodes are found, the least that they may
  // be.
  double scan_cost_;
  double code_scan_cost_;
};

}  // namespace vecext
