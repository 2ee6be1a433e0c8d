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
  int32 wanted;   // matching rows wanted of the next search
  int32 k;        // rows that the last one was for; 0: there was none
  int64 asked;    // rows found that were rechecked
  int64 matched;  // rows of these that match
  int64 steps;    // lists or nodes visited
  bool full;      // it found k rows
  bool gave_up;   // it ended by most_visited, and its rows were dropped
};

/// What a search is to do.
struct SearchRequest {
  RowFilter rows;         // the rows that it may find
  SetMemories* memories;  // of their set, if the session keeps it; otherwise null
  int32 k;                // rows to search for
  int32 needed;           // of the nearest so many, enough rows should match; the others are spare
  int32 wanted;        // matching rows wanted from now on, if the filter has changed; 0: it has not
  int32 matches;       // of these, rows that are to match: at least those wanted
  int64 most_visited;  // lists or nodes after which the search is given up; 0: no limit. A search
                       // of a set that is given up ends the scan.
  bool all_match;      // the filter has no condition for now

  /// `rows` for a search of an index with those `changes`, with what the session keeps of their
  /// set.
  RowFilter filter(Relation index, uint64 changes) const {
    RowFilter filter = rows;
    filter.memory = memory_of(memories, index, changes);
    return filter;
  }
};

struct ScanFilter {
  /// Plans the next search; false ends the scan.
  bool (*plan_search)(ScanFilter* self, const SearchResult& last, SearchRequest* next);

  /// True if the row in the slot matches. The scan calls it for the rows found, nearest bound
  /// first, until as many as wanted match.
  bool (*matches)(ScanFilter* self, TupleTableSlot* slot);

  /// True if the owner compares all rows that the scan has not given, once the scan ends.
  bool (*compares_rest)(ScanFilter* self);

  /// True if rows match whose distance is not a number, though that is beyond any limit: it is so
  /// for a limit of 1 - d.
  bool admits_nan;
};

/// Restricts a scan until its next rescan. `wanted` is the number of matching rows of the first
/// search (0: not known). The scan ends when all rows within `most_distance` are found. `above` is
/// the plan above the node that owns the scan.
void restrict_scan(IndexScanDesc scan, ScanFilter* filter, int32 wanted, double most_distance,
                   const PlanAbove& above);

/// Notes the distance of the row that the owner of the filter gives next, in its slot: one that the
/// scan, which has ended, has not given.
void note_rest(IndexScanDesc scan, TupleTableSlot* slot, double distance);

/// The distance below which further rows of a scan that has ended are late; -infinity if none are.
double least_in_order(IndexScanDesc scan);

/// True if a scan ended because all rows within `most_distance` are found.
bool is_beyond_distance(IndexScanDesc scan);

/// The most rows that settings let a started scan compare, in place of a search or after the last
/// one; PG_INT64_MAX: no limit.
int64 most_compared(IndexScanDesc scan);

}  // namespace vecext::pg
