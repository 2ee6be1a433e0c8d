// Searches of inverted indexes. A search finds the rows that may be among the k with the greatest
// inner products, and the scan computes their distances from the table. Rows without a common
// dimension have product 0: they follow in the order of the table, unless there may be products
// below 0.
#include "pg/am/inverted/inverted.h"

#include "core/postings/sparse/sparse_search.h"
#include "core/value/layout.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/postings/indexed_rows.h"
#include "pg/am/inverted/sparse_values.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

struct InvertedScan {
  sparse::SparseResult result;  // of the last search
};

CachedFile* start(OrderedScan* scan, Relation index) {
  scan->exact = false;
  return cached_postings(index);
}

void search_index(OrderedScan* scan, Relation index, Candidates* found) {
  postings::SearchCounts counts;
  auto* state = static_cast<InvertedScan*>(scan->method_state);
  with_current(index, cached_postings, [&](CachedPostings* cached) -> Status {
    const sparse::SparseRequest request{
        .vector = sparse_view_of(scan->query.elements),
        .k = scan->k,
        .filter = scan->order.filter(index, cached->model.meta.head.changes)};
    BufferStore store(index, &cached->buffers);
    counts = {};
    if (!found->reset(scan->k)) {
      return out_of_memory();
    }
    return search(store, cached->model, request, found, &counts, &state->result);
  });
  scan->work.steps += counts.windows;
  scan->work.pages += counts.pages + counts.blocks;
  scan->work.rows_scored += counts.postings + counts.probes;
}

/// Plans the next search. A search that found fewer than k rows has found all rows with products
/// above 0, so no search follows. If some of the remaining rows may have products below 0, all of
/// them are compared.
SearchPlan plan_next(OrderedScan* scan, bool full) {
  if (full) {
    search_for_more(scan);
    return {.next = NextSearch::kForMore};
  }
  const auto* state = static_cast<const InvertedScan*>(scan->method_state);
  const bool is_level = state->result.has_no_negative && !state->result.may_overflow;
  return {.next = NextSearch::kNone, .left = is_level ? RowsLeft::kLevel : RowsLeft::kAnywhere};
}

}  // namespace

constexpr ScanMethod kInvertedScan{.step = ScanStep::kWindow,
                                   .method_state_size = sizeof(InvertedScan),
                                   .is_fastest = false,
                                   .read_query = read_vector_query,
                                   .start = start,
                                   .search = search_index,
                                   .plan_next = plan_next,
                                   .count_rows = count_indexed_rows,
                                   .list_matches = nullptr,
                                   .each_row = each_indexed_row};

}  // namespace vecext::pg
