// Paths that the server itself makes of a relation's indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The paths that the server makes of these indexes, without other paths to compete with. They are
/// in the order of `key`, if that is not null and the index supports it: the query's first key, or
/// one that orders alike (distance_key.h). Our indexes support no second key, and before PostgreSQL
/// 17 the server orders by an index only if that supports all keys.
List* index_paths(PlannerInfo* root, RelOptInfo* rel, List* indexes, PathKey* key);

/// The path of this index in the order of a distance; null if there is none.
IndexPath* ordered_path(const List* paths, const IndexOptInfo* index);

/// The best bitmap for the conditions; null if there is none.
BitmapHeapPath* bitmap_path(PlannerInfo* root, RelOptInfo* rel);

/// The bitmaps of which a BitmapAnd or a BitmapOr is made.
const List* parts_of(const Path* bitmap);

/// The number of rows of a bitmap.
double rows_of_bitmap(Path* bitmap, const RelOptInfo* rel);

/// True if the indexes of a bitmap, or of one of them that all rows come from, check the condition.
bool is_checked_by(const Path* bitmap, const RestrictInfo* condition);

/// The server charges a scan of a bitmap for all conditions of each row. The words of a text take
/// long, and an exact bitmap of our indexes implies conditions on them, so that they are not
/// checked: takes their cost off.
void discount_implied_conditions(PlannerInfo* root, RelOptInfo* rel);

/// Drops the bitmaps of index scans that our access methods forbid by their costs. Before
/// PostgreSQL 18 any cheaper path displaces such a bitmap. From 18 on, the bitmap displaces a
/// sequential scan that is switched off, whatever the bitmap costs.
void drop_forbidden_bitmaps(PlannerInfo* root, RelOptInfo* rel);

}  // namespace vecext::pg
