// Queries whose nearest rows one pass over the table finds, and the share of these rows that scans
// of an index find.
#pragma once

#include "core/result/k_smallest.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A query, and the k smallest distances between it and rows of the table.
struct MeasuredQuery {
  Datum value;  // of the index's type, not toasted
  const void* stored;
  KSmallest<double> nearest;  // in ascending order after find_true_neighbors()
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

/// Makes room for `room` queries, each about the `k` nearest rows, in the current memory context.
MeasuredQueries new_queries(Relation heap, Relation index, ValueReader* reader, int32 k,
                            int32 room);

/// Sets the query at `place` to a copy of a value.
void set_query(MeasuredQueries* queries, int64 place, Datum value);

/// Finds, for each query, the distances of the nearest rows that the active snapshot sees.
void find_true_neighbors(MeasuredQueries* queries);

/// What scans of the index for the k nearest rows of each query have found, and their work.
struct MeasuredScans {
  int64 wanted;  // rows that all scans together should have found
  int64 found;   // how many of these they found
  double mean;   // the mean share that a scan has found, over the queries for which the index was
                 // searched; NaN if it was searched for none
  double standard_error;
  double steps;  // the mean number of nodes or lists that the searches visited
};

/// Scans the index for each query as a statement with LIMIT `k` does.
MeasuredScans measure_scans(const MeasuredQueries& queries, int32 k);

}  // namespace vecext::pg
