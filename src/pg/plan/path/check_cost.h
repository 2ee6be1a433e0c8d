// What the planner expects it to take to check the conditions of a row.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

struct ExpectedCheck {
  double cost;       // microseconds to check the conditions of a row, beyond those of simple ones
  double unplanned;  // the part of it that the server's own paths are not charged for
};

/// Returns the cost of checking the conditions of a row, which may be RestrictInfos. A condition is
/// not evaluated for rows that fail an earlier one.
ExpectedCheck expected_check(PlannerInfo* root, const List* conditions);

/// Returns how long it takes to evaluate an expression of a row, in microseconds beyond those of a
/// simple one.
double expected_value(PlannerInfo* root, Node* expression);

/// True if the planner has no statistics of what the condition tests. A function that rechecks what
/// other conditions have decided is assumed to leave all rows.
bool is_guessed(PlannerInfo* root, const Node* clause);

}  // namespace vecext::pg
