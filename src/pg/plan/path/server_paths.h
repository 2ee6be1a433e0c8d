// Paths that the server itself makes of a relation's indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Returns the paths that the server makes of these indexes, when they have no other paths to
/// compete with. They are in the order of `key`, if that is not null and the index supports it.
/// `key` is the query's first key, or a key that gives the same order (distance_key.h). This
/// library's indexes support no second key, and before PostgreSQL 17 the server orders by an index
/// only if the index supports all keys.
List* index_paths(PlannerInfo* root, RelOptInfo* rel, List* indexes, PathKey* key);

/// Returns the path of this index in the order of a distance, or null if there is none.
IndexPath* ordered_path(const List* paths, const IndexOptInfo* index);

/// Returns the best bitmap for the conditions, or null if there is none.
BitmapHeapPath* bitmap_path(PlannerInfo* root, RelOptInfo* rel);

/// Returns the bitmaps of which a BitmapAnd or a BitmapOr consists.
const List* parts_of(const Path* bitmap);

/// Returns the number of rows of a bitmap.
double rows_of_bitmap(Path* bitmap, const RelOptInfo* rel);

/// True if the indexes of a bitmap check the condition for all rows of the bitmap. One index of a
/// BitmapAnd suffices, because all rows come from each of its indexes.
bool is_checked_by(const Path* bitmap, const RestrictInfo* condition);

/// Takes the cost of implied conditions off the scans of bitmaps. The server charges such a scan
/// for all conditions of each row. It takes long to check conditions on the words of a text. But an
/// exact bitmap of this library's indexes implies these conditions, so the scan does not check
/// them.
void discount_implied_conditions(PlannerInfo* root, RelOptInfo* rel);

/// Drops the bitmaps of index scans that this library's access methods forbid by their costs.
/// Before PostgreSQL 18 any cheaper path displaces such a bitmap. From 18 on, the bitmap displaces
/// a sequential scan that is switched off, whatever the bitmap costs.
void drop_forbidden_bitmaps(PlannerInfo* root, RelOptInfo* rel);

}  // namespace vecext::pg
