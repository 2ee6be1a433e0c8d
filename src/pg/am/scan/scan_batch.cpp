// A scan returns its rows in batches. A batch has the k nearest rows that a search has found, in
// the exact order of their distances. When the executor wants more rows, the next search is for
// more rows, or in other lists, and its batch leaves out the rows returned before. When searches
// find no more rows, or another search would take longer, the rest follows: all other rows of the
// index, in the order of their distances in the table (rest_rows.h). So a scan that goes on long
// enough returns every row once. Settings may end it earlier. README.md says how rows keep their
// order.
#include <algorithm>
#include <limits>
#include <new>

#include "pg/am/scan/ordered_scan.h"
#include "pg/am/scan/running_scan.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/heapam.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void remember(RunningScan* state, RowId row) {
  check_memory(state->handed_out->add(row));
}

void keep_late(RunningScan* state, const FoundRow& row) {
  state->late.push(row, state->context);
  check_memory(state->is_late->add(row.row));
}

/// Adds a row to the batch, unless it was handed out before or is late.
void keep(RunningScan* state, const FoundRow& row) {
  if (state->handed_out->contains(row.row) || state->is_late->contains(row.row)) {
    return;
  }
  if (row.distance >= state->least_in_order) {
    state->rows[state->count++] = row;
  } else if (!state->drops_late()) {
    keep_late(state, row);
  }
}

/// Notes the rows of the batch as handed out, and empties it.
void forget_batch(RunningScan* state) {
  for (int64 i = 0; i < state->count; ++i) {
    remember(state, state->rows[i].row);
  }
  if (state->count > 0) {
    state->least_in_order =
        state->keeps_order ? state->rows[state->count - 1].distance - state->rounding : -kInfinity;
  }
  state->count = state->next = 0;
  state->ahead = nullptr;
}

/// Makes the late rows the last batch.
void return_late(RunningScan* state) {
  std::sort(state->late.at, state->late.at + state->late.count);
  state->rows = state->late.at;
  state->count = state->late.count;
  state->next = 0;
  state->late.count = 0;
}

/// Adds candidates whose bounds are distances to the batch.
void add_exact(RunningScan* state, const Candidate* candidates, int64 count) {
  for (int64 i = 0; i < count; ++i) {
    keep(state, {candidates[i].bound, candidates[i].row});
  }
}

/// Returns the scan's HeapRows for a batch, and opens them if they are not open.
HeapRows& open_heap(RunningScan* state, IndexScanDesc scan) {
  if (state->heap == nullptr) {
    const MemoryContext before = MemoryContextSwitchTo(state->context);
    state->heap = palloc_object<HeapRows>(scan->heapRelation, scan->indexRelation,
                                          scan->xs_snapshot, state->query, state->file);
    MemoryContextSwitchTo(before);
  }
  // The executor will compute the distances of the rows that it gets once more.
  state->heap->keep_values(open_recent(state->batch_context));
  return *state->heap;
}

/// Converts a distance to the scale of the candidates' bounds.
double score_of(const RunningScan* state, double distance) {
  return state->exact ? distance : state->query.score(distance);
}

/// Adds candidates to the batch with their distances from the table.
Reranked add_reranked(RunningScan* state, IndexScanDesc scan, const Candidate* candidates,
                      int64 count) {
  const int32 wanted = Max(state->wanted, state->order.matches);
  const RerankTask task{.candidates = candidates,
                        .count = count,
                        .is_exact = state->exact,
                        .filter = state->filter,
                        .wanted = wanted,
                        .most_distance = state->most_distance,
                        .most_rows = state->most_rows};
  const Reranked done = rerank(&open_heap(state, scan), state->query, task, state->rows);
  state->work.rows_reranked += done.looked_up;
  state->outcome.asked += done.looked_up;
  state->outcome.matched += done.matched;
  for (int64 i = 0; i < done.matched; ++i) {
    keep(state, FoundRow{state->rows[i]});
  }
  return done;
}

/// Drops the rows beyond `score` from the batch, as nearer rows may be missing. Returns true if
/// there were such rows.
bool cut(RunningScan* state, double score) {
  const FoundRow* end =
      std::partition(state->rows, state->rows + state->count,
                     [=](const FoundRow& row) { return score_of(state, row.distance) <= score; });
  const int64 left = end - state->rows;
  const bool is_cut = left < state->count;
  state->count = left;
  return is_cut;
}

/// Returns where pages of the table are, or null if that is not known or the table is not one of
/// heapam.
BufferHints* hints_of_table(const RunningScan& state, IndexScanDesc scan) {
  return scan->heapRelation->rd_tableam == GetHeapamTableAmRoutine()
             ? table_hints(state.file, scan->heapRelation)
             : nullptr;
}

/// Makes a batch of the candidates that a search has found. Returns true if the batch has all of
/// them.
bool make_batch(RunningScan* state, IndexScanDesc scan, Candidates* found) {
  int64 count;
  const Candidate* candidates = found->sorted(&count);
  state->rows = huge_array<FoundRow>(count + 1, state->batch_context);
  if (state->exact && state->filter == nullptr) {
    add_exact(state, candidates, count);
    // Candidates are sorted by their bounds, so the rows mostly are in order already.
    if (!std::is_sorted(state->rows, state->rows + state->count)) {
      std::sort(state->rows, state->rows + state->count);
    }
    state->ahead =
        palloc_object<FetchAhead>(hints_of_table(*state, scan), state->rows, state->count);
    return true;
  }
  const Reranked reranked = add_reranked(state, scan, candidates, count);
  const double complete = Min(reranked.complete, static_cast<double>(found->limit()));
  const bool is_cut = cut(state, complete);
  std::sort(state->rows, state->rows + state->count);
  state->is_beyond = state->filter != nullptr && !state->is_part &&
                     complete > score_of(state, state->most_distance);
  return !is_cut && !reranked.is_cut;
}

/// Lets the filter plan the next search. Returns false if there is no next search.
bool plan_filtered(RunningScan* state, Relation index) {
  state->outcome.wanted = state->wanted;
  if (!state->filter->plan_search(state->filter, state->outcome, &state->order)) {
    return false;
  }
  if (state->order.wanted > 0) {
    state->wanted = state->order.wanted;
  }
  state->k =
      Min(state->order.k, Max(first_k(state, index, state->order.k), more_than(state->outcome.k)));
  if (state->is_single || state->end == SearchEnd::kSpent) {
    state->k = static_cast<int32>(Min(state->most_rows, kMostRows));
  }
  if (state->k >= state->most_rows) {
    // This is the last search, so all rows that it finds are wanted.
    state->wanted = state->k = static_cast<int32>(state->most_rows);
  }
  state->outcome = {.k = state->k};
  return true;
}

/// True if the rest is cheaper than the next search.
bool is_rest_next(const RunningScan* state, Relation index) {
  constexpr int32 kFew = 100;  // a first search for so few rows is always made
  const bool is_first = state->last_search.pages == 0;
  if (state->filter != nullptr || state->method->is_fastest || (is_first && state->k <= kFew)) {
    return false;
  }
  const int64 rows = state->method->count_rows(index);
  return may_compare_all(state, rows) &&
         (is_first ? is_rest_cheaper(rows, state->k) : is_rest_cheaper(rows, state->last_search));
}

/// True if the scan itself returns the rest after its last search.
bool has_rest(const RunningScan* state, Relation index) {
  return state->filter == nullptr && state->next_search != NextSearch::kNoneAsAll &&
         !state->has_matches_only && may_compare_all(state, state->method->count_rows(index));
}

/// True if the owner of the filter compares the rest after the scan's last search.
bool leaves_rest(const RunningScan* state) {
  return state->filter != nullptr && !state->is_beyond &&
         state->filter->compares_rest(state->filter);
}

/// True if so many candidates may be among the nearest rows that it takes less time to compare all
/// rows, in the order of the table, than to look the candidates up.
bool is_rest_faster(const RunningScan* state, Relation index, int64 candidates) {
  constexpr int64 kFew = 1000;
  constexpr double kShare = 0.6;
  return candidates > kFew && !state->exact && has_rest(state, index) &&
         static_cast<double>(candidates) >
             kShare * static_cast<double>(state->method->count_rows(index));
}

/// True if none of the rows that are left is within the distance.
bool leaves_none_within(double distance, RowsLeft left) {
  return left == RowsLeft::kLevel ? distance < 0
                                  : left == RowsLeft::kBeyond && distance < kInfinity;
}

/// Drops the first batch if it has fewer rows than the plan above reads, and the next search, or a
/// comparison of all rows, will find its rows again, together with others that may be nearer. If
/// searches read one part of the index after another, each later search would find late rows. So if
/// the plan above relies on the order, all rows are compared, unless the first part has as many
/// rows as the plan reads.
void hold_back(RunningScan* state, Relation index) {
  const int64 fewest = state->is_part ? PG_INT64_MAX : kFewestRows;
  const int64 enough = state->wanted_above > 0 ? state->wanted_above : fewest;
  if (state->total > 0 || state->count >= enough || state->left == RowsLeft::kLevel ||
      (state->wanted_above == 0 && !state->is_strict())) {
    return;
  }
  const bool is_compared = has_rest(state, index) || leaves_rest(state);
  const bool is_last = state->is_strict() || state->wanted_above == PG_INT64_MAX;
  if (state->next_search == NextSearch::kElsewhere && is_last && is_compared) {
    state->next_search = NextSearch::kNone;
  }
  if (state->has_search() ? state->next_search == NextSearch::kForMore : is_compared) {
    state->count = 0;
  }
}

/// Takes rows that were not handed out, until the batch has as many rows as it is for.
struct BatchSink : RowSink {
  RunningScan* state;
  GrowingArray<FoundRow> rows;
};

void add_any(RowSink* self, RowId row) {
  auto* sink = static_cast<BatchSink*>(self);
  if (!sink->state->handed_out->contains(row)) {
    remember(sink->state, row);
    sink->rows.push({0, row}, sink->state->batch_context);
    sink->is_full = sink->rows.count >= sink->state->k;
  }
}

/// Fills the batch with the first rows of the index that were not handed out.
void next_batch_of_any(RunningScan* state, IndexScanDesc scan) {
  BatchSink sink{};
  sink.accept = add_any;
  sink.state = state;
  state->method->each_row(scan->indexRelation, &sink);
  state->rows = sink.rows.at;
  state->count = sink.rows.count;
  state->work.pages += sink.pages;
  state->next_search = sink.is_full ? NextSearch::kForMore : NextSearch::kNoneAsAll;
  search_for_more(state);
}

/// Makes a batch of what a search has found, and plans the next search. If the rest is faster than
/// the batch, the rows that were found become part of the rest.
SearchPlan use_found(RunningScan* state, IndexScanDesc scan, Candidates* found) {
  if (state->end == SearchEnd::kGivenUp) {
    return {.next = state->order.rows.has_set() ? NextSearch::kNone : NextSearch::kForMore};
  }
  state->outcome.full = found->full();
  if (is_rest_faster(state, scan->indexRelation, found->count())) {
    return {.next = NextSearch::kNone, .left = RowsLeft::kAnywhere};
  }
  const bool has_all = make_batch(state, scan, found);
  SearchPlan plan = state->method->plan_next(state, found->full() || !has_all);
  plan.keeps_order = plan.keeps_order || state->is_strict();
  state->is_beyond = state->is_beyond && leaves_none_within(state->most_distance, plan.left);
  if (state->is_beyond) {
    plan.next = NextSearch::kNone;
  }
  if (state->outcome.matched >= state->wanted) {
    state->wanted = more_than(state->wanted);
  }
  return plan;
}

/// Fills the batch with rows that were not handed out before. The batch may stay empty although
/// more rows follow.
void next_batch(RunningScan* state, IndexScanDesc scan) {
  MemoryContextReset(state->batch_context);
  if (state->returns_any) {
    next_batch_of_any(state, scan);
    return;
  }
  if (is_rest_next(state, scan->indexRelation) ||
      (state->filter != nullptr && !plan_filtered(state, scan->indexRelation))) {
    state->next_search = NextSearch::kNone;
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(state->batch_context);
  Candidates found(context_arena(state->batch_context));
  state->end = SearchEnd::kByItself;
  const ScanWork before_search = state->work;
  state->method->search(state, scan->indexRelation, &found);
  state->aimed = 0;
  state->outcome.steps = state->work.steps - before_search.steps;
  state->outcome.gave_up = state->end == SearchEnd::kGivenUp;
  if (state->filter == nullptr) {
    state->wanted = state->k;
  }
  const SearchPlan plan = use_found(state, scan, &found);
  state->next_search = plan.next;
  state->keeps_order = plan.keeps_order;
  state->left = plan.left;
  state->last_search = {state->work.pages - before_search.pages,
                        state->work.rows_reranked - before_search.rows_reranked};
  hold_back(state, scan->indexRelation);
  MemoryContextSwitchTo(before);
}

/// True if the index has all rows of the table that have a value.
bool has_whole_table(IndexScanDesc scan) {
  return RelationGetIndexPredicate(scan->indexRelation) == NIL &&
         scan->heapRelation->rd_tableam == GetHeapamTableAmRoutine();
}

/// Starts a rest whose rows all have the same distance. They come in the order of the table, and
/// rows without a value follow; if the index is partial, they come in the order of the index. The
/// executor looks them up.
void start_level_rest(RunningScan* state, IndexScanDesc scan) {
  close_heap(state);
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  if (state->matching != nullptr) {
    state->level_rest = mark_rest(*state->method, scan, *state->handed_out, state->matching);
  } else if (has_whole_table(scan)) {
    state->heap = palloc_object<HeapRows>(scan->heapRelation, scan->indexRelation,
                                          scan->xs_snapshot, rest_values(*state), state->file);
    const LevelRows::Source rows{.table = scan->heapRelation,
                                 .snapshot = scan->xs_snapshot,
                                 .set = nullptr,
                                 .filter = nullptr,
                                 .handed_out = state->handed_out,
                                 .heap = state->heap};
    state->level_rows = palloc_object<LevelRows>(rows);
  } else {
    state->returns_any = true;
    state->next_search = NextSearch::kForMore;
  }
  MemoryContextSwitchTo(before);
}

/// Starts the rest. It includes the late rows, which are returned last or left out.
void start_rest(RunningScan* state, IndexScanDesc scan) {
  close_heap(state);
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  const RestSource source{.method = state->method,
                          .scan = state,
                          .index_scan = scan,
                          .file = state->file,
                          .nearest = state->least_in_order,
                          .leaves_nearer = state->drops_late(),
                          .wanted = state->wanted_above};
  state->rest = find_rest(source, *state->handed_out, &state->heap);
  state->work.pages += RelationGetNumberOfBlocks(scan->indexRelation);
  MemoryContextSwitchTo(before);
}

void start_any_rest(RunningScan* state, IndexScanDesc scan) {
  if (state->left == RowsLeft::kLevel) {
    start_level_rest(state, scan);
  } else {
    start_rest(state, scan);
  }
}

bool next_of_level(RunningScan* state, ItemPointer row) {
  if (state->level_rows != nullptr) {
    return state->level_rows->next(row);
  }
  RowId next;
  if (!state->level_rest->pop_first(&next)) {
    return false;
  }
  *row = item_pointer(next);
  return true;
}

}  // namespace

void close_heap(RunningScan* state) {
  if (state->level_rows != nullptr) {
    state->level_rows->close();
    state->level_rows = nullptr;
  }
  if (state->rest != nullptr) {
    state->rest->close();
    state->rest = nullptr;
  }
  if (state->heap != nullptr) {
    state->heap->close();
    state->heap = nullptr;
  }
}

int32 first_k(const RunningScan* state, Relation index, int64 wanted) {
  constexpr int64 kMany = 10000;
  const int64 most = wanted > kMany ? state->method->count_rows(index) + 1 : kMostRows;
  return static_cast<int32>(Min(Max(Min(wanted, most), kFewestRows), kMostRows));
}

int32 more_than(int32 rows) {
  return static_cast<int32>(Min(static_cast<int64>(rows) * kMoreRows, kMostRows));
}

bool may_compare_all(const RunningScan* state, int64 rows) {
  return state->most_compared >= rows;
}

bool next_row(RunningScan* state, IndexScanDesc scan, ItemPointer row) {
  if (state->total >= state->most_rows) {
    return false;
  }
  while (state->rest == nullptr && state->next == state->count) {
    forget_batch(state);
    if (state->has_search()) {
      next_batch(state, scan);
    } else if (state->level_rest != nullptr || state->level_rows != nullptr) {
      return next_of_level(state, row);
    } else if (has_rest(state, scan->indexRelation)) {
      start_any_rest(state, scan);
    } else if (state->late.count > 0 && !leaves_rest(state)) {
      return_late(state);
    } else {
      return false;
    }
  }
  if (state->rest != nullptr) {
    const int64 before = state->rest->compared();
    const bool has_row = state->rest->next(row);
    state->work.rows_reranked += state->rest->compared() - before;
    return has_row;
  }
  *row = item_pointer(state->rows[state->next++].row);
  return true;
}

}  // namespace vecext::pg
