#include "pg/am/bm25/text_search.h"

#include "core/postings/search/each_match.h"
#include "core/postings/search/postings_search.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/row_values.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// A search whose rows are rechecked is for kMoreOfRechecked times the rows that are wanted. If too
/// few of its rows pass, the next search is for so many times as many rows.
constexpr int32 kMoreOfRechecked = 4;
constexpr int32 kMostFound = INT_MAX / 4;

/// The recheck of a row's value in the form of a distance, which is 0 if the value passes.
struct RecheckTest : ValueDistance {
  const TextScorer* scorer;
};

double recheck_value(const ValueDistance* self, Datum value) {
  const TextScorer& scorer = *static_cast<const RecheckTest*>(self)->scorer;
  return passes_recheck(scorer, scorer.kind, value) ? 0 : 1;
}

/// Looks up rows for which a query's tree is true, and tests by the recheck if the query is true
/// for them.
class RecheckedRows {
 public:
  RecheckedRows(const MatchSource& source, const TextScorer& scorer)
      : test_{{recheck_value}, &scorer},
        rows_(source.table, source.index, source.snapshot, RowValues{{}, 0, &test_}) {}

  bool matches(RowId row) {
    CHECK_FOR_INTERRUPTS();
    double distance;
    return rows_.look_up(row) && rows_.distance(nullptr, &distance) && distance == 0;
  }

  void close() {
    rows_.release();
    rows_.close();
  }

 private:
  RecheckTest test_;
  HeapRows rows_;
};

/// Finds the k rows with the highest scores, without a recheck.
void search_index(const MatchSource& source, const postings::Query& query,
                  const SearchRequest& order, int32 k, Candidates* found,
                  postings::SearchCounts* counts) {
  const postings::SearchCounts before = *counts;
  with_current(source.index, cached_postings, [&](CachedPostings* cached) -> Status {
    *counts = before;  // if a search is repeated, only the last one counts
    BufferStore store(source.index, &cached->buffers);
    const postings::TextRequest request{
        .terms = nullptr,
        .count = 0,
        .k = k,
        .filter = order.filter(source.index, cached->model.meta.head.changes),
        .prunes = bm25_pruning,
        .prepared = &query};
    if (!found->reset(k)) {
      return out_of_memory();
    }
    return search(store, cached->model, request, found, counts);
  });
}

/// Adds the candidates that pass the recheck, at most k of them.
void keep_true(RecheckedRows* rows, const Candidate* candidates, int64 count, int32 k,
               Candidates* found) {
  int32 kept = 0;
  for (int64 i = 0; i < count && kept < k; ++i) {
    if (rows->matches(candidates[i].row)) {
      check_memory(found->add(candidates[i].bound, candidates[i].upper, candidates[i].row));
      ++kept;
    }
  }
}

/// Adds all rows for which a query's tree is true.
void list_matches(const MatchSource& source, const postings::Query& query, RowList* rows) {
  with_current(source.index, cached_postings, [&](CachedPostings* cached) -> Status {
    BufferStore store(source.index, &cached->buffers);
    const Arena arena = context_arena(CurrentMemoryContext);
    postings::SearchCounts counts;
    bool has_room = true;
    const Status status = each_match(store, cached->model, query, {}, arena, &counts,
                                     [&](RowId row) { has_room = rows->add(row) && has_room; });
    return has_room ? status : out_of_memory();
  });
}

}  // namespace

void search_texts(const MatchSource& source, const TextScorer& scorer, const SearchRequest& order,
                  int32 k, Candidates* found, postings::SearchCounts* counts) {
  if (scorer.recheck == nullptr) {
    search_index(source, scorer.query, order, k, found, counts);
    return;
  }
  RecheckedRows rechecked(source, scorer);
  for (int32 wanted = k;;) {
    wanted = static_cast<int32>(Min(static_cast<int64>(wanted) * kMoreOfRechecked, kMostFound));
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vecext text search", ALLOCSET_DEFAULT_SIZES);
    Candidates any(context_arena(context));
    search_index(source, scorer.query, order, wanted, &any, counts);
    int64 count;
    const Candidate* candidates = any.sorted(&count);
    check_memory(found->reset(k));
    keep_true(&rechecked, candidates, count, k, found);
    const bool is_done = found->full() || !any.full() || wanted == kMostFound;
    MemoryContextDelete(context);
    if (is_done) {
      break;
    }
  }
  rechecked.close();
}

void find_matching_texts(const MatchSource& source, const Bm25Query& query, RowList* rows) {
  const TextScorer scorer = read_query_by(source.index, query);
  if (scorer.recheck == nullptr) {
    list_matches(source, scorer.query, rows);
    return;
  }
  RowList all(context_arena(CurrentMemoryContext));
  list_matches(source, scorer.query, &all);
  check_memory(all.sort());
  RecheckedRows rechecked(source, scorer);
  for (Size i = 0; i < all.count(); ++i) {
    if (rechecked.matches(all.row(i))) {
      check_memory(rows->add(all.row(i)));
    }
  }
  rechecked.close();
}

}  // namespace vecext::pg
