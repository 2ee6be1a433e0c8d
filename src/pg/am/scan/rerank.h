// Exact distances, from the table, for the candidates of a search whose bounds are estimates.
#pragma once

#include "core/result/candidates.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/vector_query.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A row on its way out.
struct FoundRow {
  double distance;
  RowId row;

  friend bool operator<(const FoundRow& a, const FoundRow& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.row.packed() < b.row.packed();
  }
};

/// The candidates of a search, nearest bound first, and how many of them are looked up.
struct RerankTask {
  const Candidate* candidates;
  int64 count;
  bool is_exact;         // bounds are distances: they are looked up for the conditions alone
  ScanFilter* filter;    // null: none
  int32 wanted;          // rows that are enough
  double most_distance;  // no row beyond it is looked for
  int64 most_rows;       // to look up where there is a filter
};

/// What became of them.
struct Reranked {
  double complete;  // score up to which no row is missing
  int64 looked_up;
  int64 matched;
  bool is_cut;  // candidates are left that no row had to be looked up for
};

/// The distances of the table's rows, nearest bound first, until the `wanted`-th nearest is nearer
/// than any bound left. Writes those that match to `rows`, which has room for all. Working memory
/// is the current context's.
Reranked rerank(HeapRows* heap, const VectorQuery& query, const RerankTask& task, FoundRow* rows);

}  // namespace vecext::pg
