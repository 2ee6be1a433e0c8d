// Giving the end of an index back to the system.
#pragma once

#include "core/page/page.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Pages of an index that are in use. VACUUM can write the movable ones elsewhere, the fixed ones
/// stay where they are.
struct PagesInUse {
  BlockNumber movable;
  BlockNumber fixed;
  BlockNumber movable_end;  // behind the last one
  BlockNumber fixed_end;

  BlockNumber all() const { return movable + fixed; }
  /// Where the file could end if movable pages filled what is free.
  BlockNumber least_end() const { return Max(all(), fixed_end); }
};
PagesInUse pages_in_use(Relation index, bool (*is_movable)(PageKind));

/// The page behind the first so many free pages, were the file extended where it has fewer.
BlockNumber free_pages_end(Relation index, BlockNumber count);

/// May VACUUM give pages of the index back, as far as the table's vacuum_truncate says, and would
/// it succeed now? Else it is not worth while to move pages for it.
bool could_truncate(Relation index);

/// Ends the index's file before the free pages at its end, if they are worth it and nobody uses the
/// index, as VACUUM does with the table's; not where the table's vacuum_truncate is off. For
/// VACUUM: on a standby this ends queries of the index, as it does for the table.
void truncate_free_end(Relation index);

}  // namespace vecext::pg
