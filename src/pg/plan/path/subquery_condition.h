// Conditions `x IN (SELECT …)`, and EXISTS that the planner turned into one, whose subquery depends
// on no row. The server runs such a subquery once, when the condition is first checked, and keeps
// its rows in a hash table. An index can find the rows of the table by the keys there.
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
  int subplan;     // its plan_id
  double assumed;  // the share of rows that match as the server assumes it, without statistics
  double cost_of_hashing;  // if the server may run the subquery for each row instead; else 0
};

/// Reads a condition; false if it is of another kind.
bool read_subquery(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* restriction,
                   SubqueryCondition* condition);

/// The conditions of a plan, with the hashed subquery of that plan_id as the only one of the
/// alternatives of which the server chooses one.
List* choose_hashed(List* clauses, int subplan);

}  // namespace vecext::pg
