// Queries with the distances of their nearest rows, found by one pass over the table, and the share
// of these rows that scans of an index find.
#pragma once

#include "core/result/k_smallest.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A query, and its k smallest distances of rows.
struct MeasuredQuery {
  Datum value;  // of the index's type, not toasted
  const void* stored;
  KSmallest<double> nearest;  // in ascending order, once they are found
};

struct MeasuredQueries {
  Relation heap;
  Relation index;
  ValueReader* reader;
  int32 k;
  MemoryContext context;  // of values
  MeasuredQuery* at;
  int32 count;
  int32 room;
};

/// Room for queries about the k nearest rows, in the current memory context.
MeasuredQueries new_queries(Relation heap, Relation index, ValueReader* reader, int32 k,
                            int32 room);

/// Copies a value as the query at a place.
void set_query(MeasuredQueries* queries, int64 place, Datum value);

/// Finds the distances of the nearest rows that the active snapshot sees.
void find_true_neighbors(MeasuredQueries* queries);

/// What scans of the index for k rows each, at most those found, have done.
struct MeasuredScans {
  int64 wanted;  // rows
  int64 found;   // of these
  double mean;   // of the share found, over queries that were searched for; NaN: none was
  double standard_error;
  double steps;  // mean nodes or lists of these searches
};

/// Scans the index for each query, as a statement with LIMIT k does.
MeasuredScans measure_scans(const MeasuredQueries& queries, int32 k);

}  // namespace vecext::pg
