// Conditions `x IN (SELECT …)` whose subquery does not depend on the row, among them conditions
// EXISTS that the planner has turned into such a condition. The server runs such a subquery once,
// when the condition is first checked, and keeps its rows in a hash table. An index can find the
// rows of the table by the keys in that hash table.
#pragma once

#include "pg/plan/path/key_index.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What the planner knows of such a condition.
struct SubqueryCondition {
  KeyEquality equality;
  ExpectedKeys keys;
  int subplan;     // the plan_id of the subquery
  double assumed;  // the share of rows that match, as the server assumes it without statistics
  double cost_of_hashing;  // the cost of hashing, if the server could run the subquery for each row
                           // instead; otherwise 0
};

/// Reads a condition. Returns false if it is of another kind.
bool read_subquery(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* restriction,
                   SubqueryCondition* condition);

/// Returns the conditions of a plan. Where the server would choose between alternatives, only the
/// hashed subquery of that plan_id is left.
List* choose_hashed(List* clauses, int subplan);

}  // namespace vecext::pg
