// Queries with the distances of their nearest rows, which one pass over the table finds, and the
// share of these rows that scans of an index find.
#pragma once

#include "core/result/k_smallest.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A query, and the k smallest distances of rows from it.
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
  MemoryContext context;  // has the values
  MeasuredQuery* at;
  int32 count;
  int32 room;
};

/// Makes room for queries about the k nearest rows, in the current memory context.
MeasuredQueries new_queries(Relation heap, Relation index, ValueReader* reader, int32 k,
                            int32 room);

/// Copies a value to be the query at that place.
void set_query(MeasuredQueries* queries, int64 place, Datum value);

/// Finds the distances of the nearest rows that the active snapshot sees.
void find_true_neighbors(MeasuredQueries* queries);

/// What scans of the index have found and done, each for the k nearest rows.
struct MeasuredScans {
  int64 wanted;  // rows that the scans should have found
  int64 found;   // how many of these they found
  double mean;   // the mean share that was found, over queries that were searched for; NaN if there
                 // was none
  double standard_error;
  double steps;  // the mean number of nodes or lists that these searches visited
};

/// Scans the index for each query, as a statement with LIMIT k does.
MeasuredScans measure_scans(const MeasuredQueries& queries, int32 k);

}  // namespace vecext::pg
