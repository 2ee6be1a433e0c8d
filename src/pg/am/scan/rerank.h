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

/// The candidates of a search, nearest bound first, and when to stop.
struct RerankTask {
  const Candidate* candidates;
  int64 count;
  bool is_exact;         // bounds are distances; rows are looked up for the filter alone, and
                         // vectors of them so that they are known (HeapRows::keep_values)
  ScanFilter* filter;    // null: none
  int32 wanted;          // rows that are enough
  double most_distance;  // with a filter, candidates beyond it are left out
  int64 most_rows;       // with a filter, the most rows to look up
};

/// The result of a rerank().
struct Reranked {
  double complete;  // score up to which no candidate is missing
  int64 looked_up;  // rows of the table
  int64 matched;
  bool is_cut;  // it stopped before the last candidate, as there were enough rows
};

/// Looks up the candidates in the table, nearest bound first, until the `wanted`-th nearest
/// distance is less than all bounds left. Writes the rows that match with their distances to
/// `rows`, which has room for all candidates. Working memory comes from the current context.
Reranked rerank(HeapRows* heap, const ScanQuery& query, const RerankTask& task, FoundRow* rows);

}  // namespace vecext::pg
