// Exact distances, computed from the table, for the candidates of a search.
#pragma once

#include "core/result/candidates.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/vector_query.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A row with its exact distance.
struct FoundRow {
  double distance;
  RowId row;

  friend bool operator<(const FoundRow& a, const FoundRow& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.row.packed() < b.row.packed();
  }
};

/// The candidates of a search, the nearest bound first, and when to stop.
struct RerankTask {
  const Candidate* candidates;
  int64 count;
  bool is_exact;         // true if bounds are distances of the operator; distances of vectors are
                         // computed all the same, so that the vectors are kept
                         // (HeapRows::keep_values)
  ScanFilter* filter;    // null if there is no filter
  int32 wanted;          // so many rows are enough
  double most_distance;  // with a filter, candidates beyond it are left out
  int64 most_rows;       // with a filter, the most rows to look up
};

/// What rerank() returns.
struct Reranked {
  double complete;  // `rows` has all matching candidates with scores up to this one; if is_exact
                    // is true, this is a distance
  int64 looked_up;  // rows of the table that were looked up
  int64 matched;
  bool is_cut;  // true if it stopped before the last candidate, because it had enough rows
};

/// Looks up the candidates in the table, the nearest bound first, until the `wanted`-th nearest
/// distance is less than all bounds that are left. Writes the rows that match, with their
/// distances, to `rows`, which has room for all candidates. Working memory comes from the current
/// context.
Reranked rerank(HeapRows* heap, const ScanQuery& query, const RerankTask& task, FoundRow* rows);

}  // namespace vecext::pg
