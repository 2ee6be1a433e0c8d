// Gives free pages at the end of an index back to the operating system.
#pragma once

#include "core/page/page.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// How many pages of an index are in use: movable pages, which VACUUM can move, and fixed pages,
/// which it cannot.
struct PagesInUse {
  BlockNumber movable;
  BlockNumber fixed;
  BlockNumber movable_end;  // the page after the last movable one
  BlockNumber fixed_end;

  BlockNumber all() const { return movable + fixed; }
  /// Returns the number of pages that the file could be reduced to if movable pages were moved to
  /// free pages.
  BlockNumber least_end() const { return Max(all(), fixed_end); }
};
PagesInUse pages_in_use(Relation index, bool (*is_movable)(PageKind));

/// Returns the number of the page after the first `count` free pages of the index. If there are
/// fewer free pages, returns how many pages the file would have after it was extended by the
/// missing ones.
BlockNumber free_pages_end(Relation index, BlockNumber count);

/// True if the table's vacuum_truncate lets VACUUM truncate the index, and the lock for that could
/// be taken now. If false, moving pages is not worthwhile.
bool could_truncate(Relation index);

/// Truncates the free pages at the end of the index. Does nothing if there are too few of them, if
/// another session uses the index, or if the table's vacuum_truncate is off. Only VACUUM calls it,
/// because on a standby it cancels queries that use the index, as truncating the table does.
void truncate_free_end(Relation index);

}  // namespace vecext::pg
