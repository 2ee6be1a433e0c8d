// Making lists again: long ones are split as inserts make them so, all are looked at by VACUUM and
// vecext.merge().
#pragma once

#include "pg/am/build/optional_work.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A list that has grown by some rows.
struct GrownList {
  int32 list;
  uint32 chain;  // which list it is, however the index has changed since
  uint32 rows;   // about how many it has; 0: not to be looked at
};

/// Splits the list if it is long and nobody else changes lists or vacuums now. A list that is left
/// as it is is offered again when it has grown further.
void split_if_long(Relation index, Relation heap, const GrownList& grown);

/// Looks at every list: splits long ones, merges short ones, writes those again that have many dead
/// lanes (core/ivf/lists/compact.h); within the limit, if there is one. Returns the number of
/// changes. Other changes of lists must be locked out.
int64 compact_lists(Relation index, Relation heap, WorkLimit* limit);

/// Where a third of the index's pages is free, writes the lists at the end of the file again, in
/// the free pages before them: VACUUM can then give the end back. Limit and lock as above.
void move_lists_to_front(Relation index, Relation heap, WorkLimit* limit);

}  // namespace vecext::pg
