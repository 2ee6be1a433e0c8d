// Restricts an ordered scan to rows that fulfil conditions. The node that owns the scan sets the
// filter after each rescan; a scan without a filter returns all rows.
#pragma once

#include "core/filter/row_filter.h"
#include "pg/am/common/set_memory.h"
#include "pg/am/scan/plan_above.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "executor/tuptable.h"
}

namespace vecext::pg {

/// What the last search of a scan did.
struct SearchResult {
  int32 wanted;   // matching rows that the next search should find
  int32 k;        // how many rows the last search was for; 0 if there was none
  int64 asked;    // how many of the rows found were rechecked
  int64 matched;  // how many of these match
  int64 steps;    // lists or nodes visited
  bool full;      // true if it found k rows
  bool gave_up;   // true if it ended by most_visited, and its rows were dropped
};

/// What the next search is to do.
struct SearchRequest {
  RowFilter rows;         // the rows that it may find
  SetMemories* memories;  // memories of their set if the session keeps it, otherwise null
  int32 k;                // rows to search for
  int32 needed;           // enough rows should match among the nearest `needed` rows; further
                          // rows, up to k, are spare
  int32 wanted;           // matching rows that are wanted from now on; 0 if the filter has not
                          // changed this number
  int32 matches;          // how many matching rows the search should find: at least those that are
                          // wanted
  int64 most_visited;     // lists or nodes after which the search is given up; 0 for no limit. If a
                          // search of a set is given up, the scan ends.
  bool all_match;         // true if the filter has no condition for now

  /// Returns `rows` for a search of `index`, whose meta page counts `changes`, together with what
  /// the session keeps of the set of these rows.
  RowFilter filter(Relation index, uint64 changes) const {
    RowFilter filter = rows;
    filter.memory = memory_of(memories, index, changes);
    return filter;
  }
};

struct ScanFilter {
  /// Plans the next search. Returns false to end the scan.
  bool (*plan_search)(ScanFilter* self, const SearchResult& last, SearchRequest* next);

  /// True if the row in the slot matches. The scan calls it for the rows that a search has found,
  /// the nearest bound first, until as many rows as wanted match.
  bool (*matches)(ScanFilter* self, TupleTableSlot* slot);

  /// True if the owner of the filter itself compares all rows that the scan has not returned, once
  /// the scan ends.
  bool (*compares_rest)(ScanFilter* self);

  /// True if rows whose distance is not a number may match, although NaN is beyond any limit of the
  /// distance. It is true for a lower limit of 1 - d, because NaN is greater than all numbers in
  /// SQL.
  bool admits_nan;
};

/// Restricts a scan until its next rescan. `wanted` is the number of matching rows that the first
/// search should find, or 0 if it is not known. The scan ends when all rows within `most_distance`
/// are found. `above` is the plan above the node that owns the scan.
void restrict_scan(IndexScanDesc scan, ScanFilter* filter, int32 wanted, double most_distance,
                   const PlanAbove& above);

/// Notes the distance of the row that the owner of the filter returns next, in its slot. The scan
/// has ended without returning that row.
void note_rest(IndexScanDesc scan, TupleTableSlot* slot, double distance);

/// What the owner of the filter does after the scan has ended, since the last rescan.
struct RestCounts {
  bool is_compared;  // true if it compares the rows that the scan has not returned
  int64 compared;
  int64 returned;
  int64 nanoseconds;
};

/// Returns where the owner of the filter counts that. It is counted with the scan.
RestCounts* counts_of_rest(IndexScanDesc scan);

/// Returns the distance below which further rows of a scan that has ended are late, or -infinity if
/// no row is late.
double least_in_order(IndexScanDesc scan);

/// True if a scan ended because all rows within `most_distance` are found.
bool is_beyond_distance(IndexScanDesc scan);

/// Returns the most rows that settings let a started scan compare, in place of a search or after
/// the last one, or PG_INT64_MAX if there is no limit.
int64 most_compared(IndexScanDesc scan);

}  // namespace vecext::pg
