// All of an ordered scan that runs, and its rows in their order (scan_batch.cpp).
#pragma once

#include "core/base/row_set.h"
#include "core/filter/row_list.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/scan_method.h"
#include "pg/am/scan/plan_above.h"
#include "pg/am/scan/rerank.h"
#include "pg/am/scan/rest_rows.h"
#include "pg/sys/growing_array.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Rows that a search is for at least, and at most.
inline constexpr int32 kFewestRows = 10;
inline constexpr int32 kMostRows = INT_MAX / 4;

/// All of a scan. rescan() says what outlives a query.
struct RunningScan : OrderedScan {
  const ScanMethod* method;
  PlanAbove above;
  bool knows_above;
  MemoryContext batch_context;  // of one batch
  bool started;
  int64 wanted_above;    // rows that are asked for in any case; PG_INT64_MAX: all
  ScanFilter* filter;    // null: none
  int32 wanted;          // rows that match, of the next search
  double most_distance;  // no row beyond it is looked for
  bool is_beyond;        // all within it were found
  bool is_cut;           // the last search has found rows that the batch has not
  SearchResult outcome;  // of the last one, where there is a filter
  // The batch.
  FoundRow* rows;
  int64 count;
  int64 next;
  RowSet* handed_out;  // rows of the batches before this one
  RowSet* is_late;     // rows that are late, and kept
  bool in_order;       // rows nearer than `last` are late
  FoundRow last;       // of the batches before
  GrowingArray<FoundRow> late;
  int64 total;  // rows handed out
  SearchCost last_search;
  ExactRows* rest;   // null before all other rows are through
  RowList* by_keys;  // without an order, the rows left; null before the first
  CachedFile* file;  // of the index, held; null before the start
  HeapRows* heap;    // null before the first row looked up
};

/// How many rows a search is for when this many were not enough.
int32 more_than(int32 rows);

/// Do settings let the scan compare all rows that are left?
bool may_compare_all(const RunningScan* state, int64 rows);

/// The next row of a started scan, in the order of distances; false after the last.
bool next_row(RunningScan* state, IndexScanDesc scan, ItemPointer row);

/// Lets go of the table.
void close_heap(RunningScan* state);

}  // namespace vecext::pg
