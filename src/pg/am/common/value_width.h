// What the planner can know of the size of values, and of where they lie. The server's own cost of
// a scan leaves out what a table keeps out of line.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The values that a distance compares.
struct ValueWidth {
  double bytes;      // of the larger one; 0: not known
  bool is_external;  // one is of a table that keeps it out of line

  /// What a distance takes, in units of cpu_operator_cost.
  double operators() const;

  /// Pages of the TOAST table that are read for one value, if many are read in their order; 0 where
  /// it lies in the row.
  double toast_pages() const;
};

/// What is known of a distance's operands. `root` may be null.
ValueWidth width_of_operands(PlannerInfo* root, const List* operands);

}  // namespace vecext::pg
