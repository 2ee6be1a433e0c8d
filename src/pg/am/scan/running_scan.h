// The state of an ordered scan. scan_batch.cpp returns its rows in order.
#pragma once

#include <limits>
#include <optional>

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "core/filter/row_list.h"
#include "pg/am/scan/fetch_ahead.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/level_rows.h"
#include "pg/am/scan/scan_method.h"
#include "pg/am/scan/plan_above.h"
#include "pg/am/scan/rerank.h"
#include "pg/am/scan/rest_rows.h"
#include "pg/sys/growing_array.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// The fewest and the most rows that a search is for.
inline constexpr int32 kFewestRows = 10;
inline constexpr int32 kMostRows = INT_MAX / 4;

/// The state of a scan. rescan() resets all but a few fields.
struct RunningScan : OrderedScan {
  const ScanMethod* method;
  IndexScanDesc server;  // the server's part of the state
  std::optional<PlanAbove> above;
  MemoryContext batch_context;  // has the memory of one batch
  bool started;
  bool is_counted;            // true if statistics count the scan
  int64 wanted_above;         // rows that the plan above certainly reads; PG_INT64_MAX for all
  ScanFilter* filter;         // null if there is no filter
  int32 wanted;               // matching rows that the next search should find
  double most_distance;       // with a filter, rows beyond this distance do not match
  TupleTableSlot* rest_slot;  // the slot of the rest's rows, which the owner of the filter gives;
                              // null if it has given none
  double rest_distance;       // distance of the row in that slot
  bool is_beyond;             // true if all rows within most_distance are found
  SearchResult outcome;       // result of the last search, if there is a filter
  NextSearch next_search;
  bool keeps_order;  // SearchPlan::keeps_order
  // The batch.
  FoundRow* rows;
  int64 count;
  int64 next;
  RowSet* handed_out;  // rows of the batches before this one
  RowSet* is_late;     // the rows in `late`
  // Rows whose distance is below this one are late.
  double least_in_order = -std::numeric_limits<double>::infinity();
  GrowingArray<FoundRow> late;
  int64 total;  // rows handed out
  SearchCost last_search;
  ExactRows* rest;        // null before the rest begins
  RowMarks* level_rest;   // the rows of the rest, if all have the same distance and come from a set
  LevelRows* level_rows;  // the rows of the rest, if all have the same distance and come from the
                          // table
  bool returns_any;       // true if batches are made of rows of the index as its pages have them,
                          // without searches
  bool has_matches_only;  // true if a condition leaves only rows that searches find
  RowBits* matching;      // the rows that fulfil the conditions, if one of these is on the first
                          // column and searches do not test it; otherwise null
  RowList* by_keys;       // the rows of a scan without an order; null before the first row
  CachedFile* file;       // the entry of the index, which the scan holds; null before the start
  HeapRows* heap;         // null before the first row is looked up
  FetchAhead* ahead;      // null if the batch's rows have been looked up already
  RowCheck row_check;
  // What is counted of the scan (pg/shared/index_counters.h), if is_counted is true:
  ScanWork counted;   // the part of `work` that was counted before the last rescan
  int64 nanoseconds;  // time of searches and comparisons since then
  RestCounts of_rest;

  bool has_search() const {
    return next_search == NextSearch::kForMore || next_search == NextSearch::kElsewhere;
  }

  /// True if the next row comes from the rows that no search has found.
  bool is_in_rest() const {
    return rest != nullptr || level_rest != nullptr || level_rows != nullptr;
  }
};

/// Returns for how many rows the first search is if `wanted` rows are wanted. A search takes memory
/// for each of these rows, so a large number is reduced to one more than count_rows(): a search
/// that finds fewer rows has found all. If the index has more rows than count_rows() says, later
/// searches find them.
int32 first_k(const RunningScan* state, Relation index, int64 wanted);

/// Returns the number of rows to search for after `rows` were not enough.
int32 more_than(int32 rows);

/// True if settings allow the scan to compare the `rows` rows that are left.
bool may_compare_all(const RunningScan* state, int64 rows);

/// Gets the next row of a started scan, in the order of distances. Returns false after the last.
bool next_row(RunningScan* state, IndexScanDesc scan, ItemPointer row);

/// Closes the scan's HeapRows.
void close_heap(RunningScan* state);

}  // namespace vecext::pg
