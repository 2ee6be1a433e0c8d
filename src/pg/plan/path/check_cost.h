// What the planner expects the conditions of a row to take.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

struct ExpectedCheck {
  double cost;       // microseconds of the conditions of a row, beyond those of simple ones
  double unplanned;  // of these, what the server's own paths are not charged for
};

/// The cost of checking the conditions of a row, which may be RestrictInfos. A condition is not
/// evaluated for rows that fail an earlier one.
ExpectedCheck expected_check(PlannerInfo* root, const List* conditions);

/// What an expression of a row takes, in microseconds beyond simple ones.
double expected_value(PlannerInfo* root, Node* expression);

/// True if the planner has no statistics of what the condition tests. A function that rechecks what
/// other conditions have decided is thought to leave all rows.
bool is_guessed(PlannerInfo* root, const Node* clause);

}  // namespace vecext::pg
