// Gives free pages at the end of an index back to the operating system.
#pragma once

#include "core/page/page.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// How many pages of an index are in use. VACUUM can move the movable ones, and the fixed ones
/// stay.
struct PagesInUse {
  BlockNumber movable;
  BlockNumber fixed;
  BlockNumber movable_end;  // the page behind the last movable one
  BlockNumber fixed_end;

  BlockNumber all() const { return movable + fixed; }
  /// Returns the page where the file could end if the movable pages filled the free ones.
  BlockNumber least_end() const { return Max(all(), fixed_end); }
};
PagesInUse pages_in_use(Relation index, bool (*is_movable)(PageKind));

/// Returns the page behind the first `count` free pages. If there are fewer, returns where the file
/// would end after it is extended for the rest.
BlockNumber free_pages_end(Relation index, BlockNumber count);

/// True if VACUUM may truncate the index, by the table's vacuum_truncate, and could get the lock
/// for it now. If not, it is not worthwhile to move pages.
bool could_truncate(Relation index);

/// Truncates free pages at the end of the index, if there are enough of them, no other session uses
/// the index, and the table's vacuum_truncate is on. Only VACUUM calls it: on a standby it cancels
/// queries that use the index, as truncating the table does.
void truncate_free_end(Relation index);

}  // namespace vecext::pg
