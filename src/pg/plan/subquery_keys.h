// Conditions `x IN (SELECT …)`, and EXISTS that the planner turned into one, whose subquery depends
// on no row. The server runs such a subquery once, when the condition is first checked, and keeps
// its rows in a hash table. An index can find the rows of the table by the keys there.
#pragma once

#include "pg/plan/key_index.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
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

/// The conditions of a plan, with the hashed subquery of that plan_id in place of alternatives of
/// which the server would choose one.
List* choose_hashed(List* clauses, int subplan);

/// The keys of such a condition when the plan runs.
class SubqueryKeys {
 public:
  /// Finds the subquery of that plan_id among those of the node's conditions.
  void begin(ScanState* node, int subplan);

  /// True if there is one.
  bool is_any() const { return state_ != nullptr; }

  /// Runs the subquery unless its hash table is filled. *changed is true if it has run.
  void load(bool* changed);

  /// The number of distinct keys, none of them null, and the bytes that the table takes.
  int64 count() const;
  Size bytes() const;

  /// The keys in an array of the current memory context, which point into the table.
  Datum* values() const;

 private:
  SubPlanState* state_;
  TupleTableSlot* no_row_;  // a row of nulls
  ExprContext* context_;
};

}  // namespace vecext::pg
