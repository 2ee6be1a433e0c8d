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

/// The least and the most rows that a search is for.
inline constexpr int32 kFewestRows = 10;
inline constexpr int32 kMostRows = INT_MAX / 4;

/// The state of a scan. rescan() resets all but a few fields.
struct RunningScan : OrderedScan {
  const ScanMethod* method;
  IndexScanDesc server;  // the server's part
  std::optional<PlanAbove> above;
  MemoryContext batch_context;  // of one batch
  bool started;
  int64 wanted_above;         // rows that the plan above certainly reads; PG_INT64_MAX: all
  ScanFilter* filter;         // null: none
  int32 wanted;               // matching rows wanted of the next search
  double most_distance;       // with a filter, rows beyond it do not match
  TupleTableSlot* rest_slot;  // the slot of the rest's rows, which the filter's owner gives; null:
                              // it has given none
  double rest_distance;       // of the row in that slot
  bool is_beyond;             // all rows within it are found
  SearchResult outcome;       // of the last search, if there is a filter
  NextSearch next_search;
  bool keeps_order;  // SearchPlan::keeps_order
  // The batch.
  FoundRow* rows;
  int64 count;
  int64 next;
  RowSet* handed_out;  // rows of the batches before this one
  RowSet* is_late;     // the rows of `late`
  // Rows of a distance below it are late.
  double least_in_order = -std::numeric_limits<double>::infinity();
  GrowingArray<FoundRow> late;
  int64 total;  // rows handed out
  SearchCost last_search;
  ExactRows* rest;        // null before the rest begins
  RowMarks* level_rest;   // its rows that are left, if all have the same distance: of a set,
  LevelRows* level_rows;  // of the table,
  bool returns_any;       // or of the index: a batch is of any rows that it has
  bool has_matches_only;  // a condition leaves the rows that searches find, and no others
  RowBits* matching;  // the rows that conditions leave, if one is on the first column; null: there
                      // are none
  RowList* by_keys;   // the rows of a scan without an order; null before the first
  CachedFile* file;   // the held entry of the index; null before the start
  HeapRows* heap;     // null before the first row is looked up
  FetchAhead* ahead;  // null: the batch's rows have been looked up
  RowCheck row_check;

  bool has_search() const {
    return next_search == NextSearch::kForMore || next_search == NextSearch::kElsewhere;
  }
};

/// The number of rows of the first search for `wanted` rows. A search takes memory for each, so it
/// is for no more than the index has, and one more, which shows that there are none. If there are
/// more all the same, later searches find them.
int32 first_k(const RunningScan* state, Relation index, int64 wanted);

/// The number of rows to search for after `rows` were not enough.
int32 more_than(int32 rows);

/// True if settings let the scan compare `rows` rows, all that are left.
bool may_compare_all(const RunningScan* state, int64 rows);

/// Gets the next row of a started scan, in the order of distances; false after the last.
bool next_row(RunningScan* state, IndexScanDesc scan, ItemPointer row);

/// Closes the scan's HeapRows.
void close_heap(RunningScan* state);

}  // namespace vecext::pg
