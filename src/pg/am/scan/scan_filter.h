// Conditions on the rows of an ordered scan, other than its order. The scan owns them,
// and sets them after each rescan; a scan without is for all rows.
#pragma once

#include "core/filter/filter.h"
#include "pg/am/scan/plan_above.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "executor/tuptable.h"
}

namespace vecext::pg {

/// What the last search of a scan came to.
struct SearchResult {
  int32 wanted;   // rows that match
  int32 k;        // rows that it was for; 0: there was none before
  int64 asked;    // of those found, rows that were looked at
  int64 matched;  // of these, rows that match
  int64 steps;    // lists or nodes that it has visited
  bool full;      // it found k rows
};

/// What a search is to do.
struct SearchRequest {
  RowFilter rows;      // what it may find
  int32 k;             // rows to search for
  int64 most_visited;  // lists or nodes to look at before it is given up, and the scan ends; 0: all
};

struct ScanFilter {
  /// Plans the next search; false: there is to be none, and the scan ends.
  bool (*plan)(ScanFilter* self, const SearchResult& last, SearchRequest* next);

  /// Does the row in the slot match? Asked of rows found, nearest bound first, until there are as
  /// many as wanted.
  bool (*matches)(ScanFilter* self, TupleTableSlot* slot);

  /// Are all rows that the scan has not given compared, once it ends?
  bool (*compares_rest)(ScanFilter* self);
};

/// Restricts a scan, from now until its next rescan, to rows of which `wanted` are enough at first
/// (0: not known). It ends once all rows within `most_distance` were found. `above` is the plan
/// above the node that asks.
void restrict_scan(IndexScanDesc scan, ScanFilter* filter, int32 wanted, double most_distance,
                   const PlanAbove& above);

/// The distance of the farthest row that a scan has given in its order, which is to be kept;
/// -infinity: none. Of a scan that has ended.
double farthest_in_order(IndexScanDesc scan);

/// Did it end for that?
bool is_beyond_distance(IndexScanDesc scan);

/// How many rows settings let be compared all at once in place of a search, or after the last one;
/// PG_INT64_MAX: any number. Of a scan that was started.
int64 most_compared(IndexScanDesc scan);

}  // namespace vecext::pg
