// Splitting a list that inserts have made too long.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A list that has just got a page.
struct GrownList {
  int32 list;
  uint32 chain;  // which list it is, however the index has changed since
  uint32 rows;   // about how many it has; 0: it got none
};

/// Splits the list if it is long and nobody else splits or vacuums now. A list that is left as it
/// is is offered again with its next page.
void split_if_long(Relation index, Relation heap, const GrownList& grown);

/// Keeps splits out of an index until unlock_splits (VACUUM), waiting for one that runs.
void lock_splits(Relation index);
void unlock_splits(Relation index);

}  // namespace vecext::pg
