// The conditions of a filtered scan. The scan itself checks them, once for each row that it looks
// up, and leaves out conditions that the origin of the row implies: the row may come from an exact
// row set made by indexes, or from a search by the query that a condition names.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What implies a condition. The values are bits.
enum Implication : int {
  kByNothing = 0,
  kBySet = 1,    // an exact set of the plan's bitmap
  kByOrder = 2,  // a row found by a search in the order of the distance
};

/// Returns what implies each of the clauses, as a list of integers. `bitmap` is the server's scan
/// of the bitmap that makes the set; it may be null. The set implies only clauses that are also in
/// `of_table`. `index` is the path in the order of the distance.
List* implications(const List* clauses, const List* of_table, const Plan* bitmap,
                   const IndexPath* index);

class ScanConditions {
 public:
  /// Takes over the node's conditions, so that the executor no longer checks them.
  void begin(CustomScanState* node, const List* implications);

  /// True if there is a condition.
  bool is_any() const { return count_ > 0; }

  /// True if the row in the slot fulfils the conditions. It does not check conditions that a bit of
  /// `implied` (an Implication) implies.
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
