// Rebalancing lists. Inserts split a list that has become long; VACUUM and vecext.merge() check all
// lists.
#pragma once

#include "pg/am/maintenance/optional_work.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A list to which rows have been added.
struct GrownList {
  int32 list;
  uint32 chain;  // identifies the list even if another one has taken its number
  uint32 rows;   // about how many rows it has; 0 if it need not be checked
};

/// Splits the list if it is long. Does nothing if another backend changes lists or vacuums the
/// index now. A list that was not split is checked again when it has grown further.
void split_if_long(Relation index, Relation heap, const GrownList& grown);

/// Splits long lists, merges short lists, and rewrites lists with many dead lanes
/// (core/ivf/lists/compact.h). Stops when the limit, which may be null, is over. Returns the number
/// of changes. The caller holds lock_changes().
int64 compact_lists(Relation index, Relation heap, WorkLimit* limit);

/// If at least a quarter of the file could be given back, rewrites the lists at its end in free
/// pages before them, so that VACUUM can truncate the file. Stops when the limit, which may be
/// null, is over. The caller holds lock_changes().
void move_lists_to_front(Relation index, Relation heap, WorkLimit* limit);

}  // namespace vecext::pg
