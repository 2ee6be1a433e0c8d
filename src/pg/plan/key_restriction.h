// What joins above leave of the rows of a scan: those whose keys are among those of the other side
// (hash_lookup.h). It is less than the joins ask for, which recheck all rows that remain.
#pragma once

#include "core/filter/row_list.h"
#include "pg/plan/filtered_plan.h"
#include "pg/plan/key_table.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

class KeyRestriction {
 public:
  /// Of a scan that begins; its memory is the current context. `explain_only`: nothing is opened.
  void begin(CustomScanState* node, bool explain_only);
  void end();

  bool is_any() const { return count_ > 0; }

  /// Has the other sides of the joins run, where they have not. False: no row is left. *changed:
  /// the rows left may be others than after the last call.
  bool load(EState* estate, bool* changed);

  /// The keys there are, times those that the planner expected, all conditions together; and of the
  /// one that has an index.
  double growth() const;
  double index_growth() const;

  /// Is the row in the context's slot left? Its memory is the caller's.
  bool contains(ExprContext* context) const;

  /// Can an ordinary index tell which rows are left of one of the conditions?
  bool has_index() const;

  /// Adds these to the list; how many. More than `most`: it is not all of them.
  Size list_rows(EState* estate, Size most, RowList* rows) const;

 private:
  struct Condition {
    int parameter;
    double expected;
    ExprState** keys;
    int key_count;
    Datum* values;
    const KeyTable* table;
    int64 version;
  };

  static double growth_of(const Condition& condition);

  Condition* conditions_;
  int count_;
  KeyIndexPlan index_plan_;
  Relation index_;  // null: none
};

}  // namespace vecext::pg
