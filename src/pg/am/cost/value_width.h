// What the planner can know about the size of values, and about whether they lie out of line. The
// server's own cost of a scan leaves out the pages of the TOAST table.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The operands of a distance.
struct ValueWidth {
  double bytes;      // of the larger operand; 0 if it is not known
  bool is_external;  // true if one operand is a column whose values lie out of line

  /// Returns the cost of computing the distance, in units of cpu_operator_cost.
  double operators() const;

  /// Returns how many pages of the TOAST table a value takes, if many values are read in order.
  /// Returns 0 if the value lies in the row.
  double toast_pages() const;
};

/// Returns the width of a distance's operands. `root` may be null.
ValueWidth width_of_operands(PlannerInfo* root, const List* operands);

}  // namespace vecext::pg
