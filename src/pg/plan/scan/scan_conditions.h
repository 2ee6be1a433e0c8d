// The conditions of a filtered scan. It checks them itself, once for each row that it looks up, and
// leaves out those that the row's origin implies: an exact row set made by indexes, or the order by
// the query that a condition asks for.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What implies a condition, as bits.
enum Implication : int {
  kByNothing = 0,
  kBySet = 1,    // an exact set of the plan's bitmap
  kByOrder = 2,  // a row found by a search in the order of the distance
};

/// For each of the clauses what implies it, as a list of integers. `bitmap` is the server's scan of
/// the bitmap that makes the set, for the clauses `of_table` alone, or null; `index` the path in
/// the order of the distance.
List* implications(const List* clauses, const List* of_table, const Plan* bitmap,
                   const IndexPath* index);

class ScanConditions {
 public:
  /// Makes the node's conditions those of this object; the executor no longer checks them.
  void begin(CustomScanState* node, const List* implications);

  /// True if there is a condition.
  bool is_any() const { return count_ > 0; }

  /// True if the row in the slot fulfils the conditions. Those that are implied by one of
  /// `implied`, bits of Implication, are not checked.
  bool are_fulfilled(ExprContext* context, TupleTableSlot* slot, int implied);

 private:
  struct Condition {
    ExprState* check;
    int implied_by;
  };

  Condition* conditions_;
  int count_;
};

}  // namespace vecext::pg
