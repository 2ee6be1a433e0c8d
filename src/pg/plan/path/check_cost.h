// What the planner expects it to take to check the conditions of a row.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

struct ExpectedCheck {
  double cost;       // microseconds to check the conditions of a row, beyond the time for simple
                     // conditions
  double unplanned;  // the part of `cost` that the server's own paths are not charged for
};

/// Returns the cost of checking `conditions`, which may be RestrictInfos, on a row. A condition is
/// not evaluated for rows that fail an earlier one.
ExpectedCheck expected_check(PlannerInfo* root, const List* conditions);

/// Returns how many microseconds it takes to evaluate an expression of a row, beyond the time for a
/// simple expression.
double expected_value(PlannerInfo* root, Node* expression);

/// True if the planner has no statistics of what the condition tests. A function that rechecks what
/// other conditions have decided is assumed to leave all rows.
bool is_guessed(PlannerInfo* root, const Node* clause);

}  // namespace vecext::pg
