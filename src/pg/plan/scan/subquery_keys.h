// The keys that the subquery of a condition `x IN (SELECT …)` gives, which are read from the hash
// table that the server keeps of its rows. The planner has found the condition
// (pg/plan/path/subquery_condition.h).
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

class SubqueryKeys {
 public:
  /// Finds the subquery of that plan_id among the subqueries of the node's conditions.
  void begin(ScanState* node, int subplan);

  /// True if there is such a subquery.
  bool is_any() const { return state_ != nullptr; }

  /// Runs the subquery unless its hash table is filled. Sets *changed to true if it has run.
  void load(bool* changed);

  /// Returns the number of distinct keys that are not null.
  int64 count() const;

  /// Returns the keys in an array of the current memory context. They point into the hash table.
  Datum* values() const;

 private:
  SubPlanState* state_;
  TupleTableSlot* no_row_;  // a row of nulls
  ExprContext* context_;
};

}  // namespace vecext::pg
