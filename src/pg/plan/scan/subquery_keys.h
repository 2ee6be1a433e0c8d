// The keys that the subquery of a condition `x IN (SELECT …)` gives, from the hash table that the
// server keeps of its rows. The planner found the condition (pg/plan/path/subquery_condition.h).
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

class SubqueryKeys {
 public:
  /// Finds the subquery of that plan_id among those of the node's conditions.
  void begin(ScanState* node, int subplan);

  /// True if there is one.
  bool is_any() const { return state_ != nullptr; }

  /// Runs the subquery unless its hash table is filled. *changed is true if it has run.
  void load(bool* changed);

  /// The number of distinct keys, none of them null.
  int64 count() const;

  /// The keys in an array of the current memory context, which point into the table.
  Datum* values() const;

 private:
  SubPlanState* state_;
  TupleTableSlot* no_row_;  // a row of nulls
  ExprContext* context_;
};

}  // namespace vecext::pg
