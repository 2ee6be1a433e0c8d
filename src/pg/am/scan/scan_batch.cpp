// A scan hands out its rows in batches. A batch is a search for the k nearest, in the exact order
// of their distances; when the executor wants more, the next one searches for more, or elsewhere,
// and leaves out what was handed out before. When the searches have no more, or another one would
// take longer, all rows of the index that are left come in the order of the table's distances
// (rest_rows.h): so a scan that goes on long enough hands out every row, once. Settings may end it
// earlier.
//
// Rows go out in their order. Where all of them are asked for, they are compared in the first
// place; none goes out before there are as many as a LIMIT takes, or all that are left are
// compared. So what is handed out late, nearer than the row before it, is what a first search has
// missed and a join above, or a cursor, has asked for more to get. Such rows come last. Below nodes
// that group rows by the order all rows are compared in the first place; where a setting forbids
// that, late ones are left out, since they would be groups of their own (plan_above.h).
#include <algorithm>
#include <limits>
#include <new>

#include "pg/am/scan/running_scan.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr int32 kGrowth = 4;

void remember(RunningScan* state, RowId row) {
  check_memory(state->handed_out->add(row));
}

void keep_late(RunningScan* state, const FoundRow& row) {
  state->late.push(row, state->context);
  check_memory(state->is_late->add(row.row));
}

/// Takes a row into the batch, unless it was handed out before or is late.
void keep(RunningScan* state, const FoundRow& row) {
  if (state->handed_out->contains(row.row) || state->is_late->contains(row.row)) {
    return;
  }
  if (!state->in_order || row.distance >= state->last.distance) {
    state->rows[state->count++] = row;
  } else if (!state->drops_late) {
    keep_late(state, row);
  }
}

/// Remembers the rows of the batch, which are all handed out.
void forget_batch(RunningScan* state) {
  for (int64 i = 0; i < state->count; ++i) {
    remember(state, state->rows[i].row);
  }
  if (state->count > 0) {
    state->last = state->rows[state->count - 1];
    state->in_order = state->keeps_order;
  }
  state->count = state->next = 0;
}

/// The late rows as the last batch.
void take_late(RunningScan* state) {
  std::sort(state->late.at, state->late.at + state->late.count);
  state->rows = state->late.at;
  state->count = state->late.count;
  state->next = 0;
  state->late.count = 0;
}

/// Rows whose bounds are their distances.
void take_exact(RunningScan* state, const Candidate* candidates, int64 count) {
  for (int64 i = 0; i < count; ++i) {
    keep(state, {candidates[i].bound, candidates[i].row});
  }
}

/// The table's rows, for a batch.
HeapRows& open_heap(RunningScan* state, IndexScanDesc scan) {
  if (state->heap == nullptr) {
    const MemoryContext before = MemoryContextSwitchTo(state->context);
    state->heap = static_cast<HeapRows*>(palloc(sizeof(HeapRows)));
    *state->heap =
        HeapRows(scan->heapRelation, scan->indexRelation, scan->xs_snapshot, state->query.info,
                 state->query.dims, table_hints(state->file, scan->heapRelation));
    MemoryContextSwitchTo(before);
  }
  // The executor will ask for the distances of the rows it is handed.
  state->heap->keep_values(open_recent(state->batch_context));
  return *state->heap;
}

/// A distance in the scale of the candidates' bounds.
double score_of(const RunningScan* state, double distance) {
  return state->exact ? distance : state->query.score(distance);
}

/// Rows of which bounds are known: the table gives their distances. Returns the score up to which
/// no row is missing for that.
double take_reranked(RunningScan* state, IndexScanDesc scan, const Candidate* candidates,
                     int64 count) {
  // Of a set as many as it was searched for.
  const int32 wanted = state->order.rows.has_set() ? Max(state->wanted, state->k) : state->wanted;
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
  state->is_cut = state->is_cut || done.is_cut;
  for (int64 i = 0; i < done.matched; ++i) {
    keep(state, FoundRow{state->rows[i]});
  }
  return done.complete;
}

/// Drops the rows beyond `score` from the sorted batch: others as near may be missing.
void cut(RunningScan* state, double score) {
  while (state->count > 0 && score_of(state, state->rows[state->count - 1].distance) > score) {
    --state->count;
    state->is_cut = true;
  }
}

/// Makes a batch of what a search has found.
void take(RunningScan* state, IndexScanDesc scan, Candidates* found) {
  int64 count;
  const Candidate* candidates = found->sorted(&count);
  state->rows = static_cast<FoundRow*>(MemoryContextAllocHuge(
      state->batch_context, sizeof(FoundRow) * static_cast<Size>(count + 1)));
  if (state->exact && state->filter == nullptr) {
    take_exact(state, candidates, count);
    std::sort(state->rows, state->rows + state->count);
  } else {
    const double reranked = take_reranked(state, scan, candidates, count);
    const double complete = Min(reranked, static_cast<double>(found->limit()));
    std::sort(state->rows, state->rows + state->count);
    cut(state, complete);
    state->is_beyond = state->filter != nullptr && !state->is_part &&
                       complete > score_of(state, state->most_distance);
  }
}

/// Asks the conditions what to search for. False: nothing more.
bool plan_filtered(RunningScan* state) {
  state->outcome.wanted = state->wanted;
  if (!state->filter->plan(state->filter, state->outcome, &state->order)) {
    return false;
  }
  state->k = state->order.k;
  if (state->is_single || state->is_spent) {
    state->k = static_cast<int32>(Min(state->most_rows, kMostRows));
  }
  if (state->k >= state->most_rows) {
    // It is the last one: all that it finds is wanted.
    state->wanted = state->k = static_cast<int32>(state->most_rows);
  }
  state->outcome = {.k = state->k};
  return true;
}

/// Is the rest of the rows the next to be looked at, in place of a search?
bool is_rest_next(const RunningScan* state, Relation index) {
  constexpr int32 kFew = 100;  // rows that are searched for, whatever the index has
  const bool is_first = state->last_search.pages == 0;
  if (state->filter != nullptr || (is_first && state->k <= kFew)) {
    return false;
  }
  const int64 rows = state->method->count_rows(index);
  return may_compare_all(state, rows) &&
         (is_first ? is_rest_cheaper(rows, state->k) : is_rest_cheaper(rows, state->last_search));
}

/// After the last search: is the rest the scan's to hand out?
bool has_rest(const RunningScan* state, Relation index) {
  return state->filter == nullptr && !state->is_complete &&
         may_compare_all(state, state->method->count_rows(index));
}

/// Or that of the node that has the conditions?
bool leaves_rest(const RunningScan* state) {
  return state->filter != nullptr && !state->is_beyond &&
         state->filter->compares_rest(state->filter);
}

/// Leaves a batch of too few rows out, before any row has been handed out, where the next search,
/// or the comparison of all rows, gives these as well, and others among them. Of searches in parts
/// of the index, each finds rows too late for an order that is relied on: then all are compared,
/// unless the first part has as many as are known to be wanted.
void hold_back(RunningScan* state, Relation index) {
  const int64 fewest = state->is_part ? PG_INT64_MAX : kFewestRows;
  const int64 enough = state->wanted_above > 0 ? state->wanted_above : fewest;
  if (state->total > 0 || state->count >= enough ||
      (state->wanted_above == 0 && !state->is_strict)) {
    return;
  }
  const bool is_compared = has_rest(state, index) || leaves_rest(state);
  const bool is_last = state->is_strict || state->wanted_above == PG_INT64_MAX;
  if (state->is_elsewhere && is_last && is_compared) {
    state->exhausted = true;
  }
  if (state->exhausted ? is_compared : !state->is_elsewhere) {
    state->count = 0;
  }
}

/// Fills the batch with rows not handed out before; may find none while more are to come.
void next_batch(RunningScan* state, IndexScanDesc scan) {
  MemoryContextReset(state->batch_context);
  if (is_rest_next(state, scan->indexRelation) ||
      (state->filter != nullptr && !plan_filtered(state))) {
    state->exhausted = true;
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(state->batch_context);
  Candidates found(context_arena(state->batch_context));
  state->gave_up = false;
  const ScanWork before_search = state->work;
  state->method->search(state, scan->indexRelation, &found);
  state->outcome.steps = state->work.steps - before_search.steps;
  if (state->filter == nullptr) {
    state->wanted = state->k;
  }
  state->keeps_order = true;
  state->is_elsewhere = false;
  if (state->gave_up) {
    state->exhausted = true;
  } else {
    state->is_cut = false;
    take(state, scan, &found);
    state->outcome.full = found.full();
    state->method->plan_next(state, found.full() || state->is_cut);
    state->keeps_order = state->keeps_order || state->is_strict;
    state->exhausted = state->exhausted || state->is_beyond;
    if (state->outcome.matched >= state->wanted) {
      state->wanted = more_than(state->wanted);
    }
  }
  state->last_search = {state->work.pages - before_search.pages,
                        state->work.rows_reranked - before_search.rows_reranked};
  hold_back(state, scan->indexRelation);
  MemoryContextSwitchTo(before);
}

/// Gets hold of the rest. Late rows are of it, and come last, if at all.
void start_rest(RunningScan* state, IndexScanDesc scan) {
  close_heap(state);
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  const RestSource source{
      .method = state->method,
      .scan = state,
      .index_scan = scan,
      .known = table_hints(state->file, scan->heapRelation),
      .nearest = state->in_order ? state->last.distance : -std::numeric_limits<double>::infinity(),
      .leaves_nearer = state->drops_late};
  state->rest = find_rest(source, *state->handed_out, &state->heap);
  state->work.pages += RelationGetNumberOfBlocks(scan->indexRelation);
  MemoryContextSwitchTo(before);
}

}  // namespace

void close_heap(RunningScan* state) {
  if (state->heap != nullptr) {
    state->heap->close();
    state->heap = nullptr;
  }
}

int32 more_than(int32 rows) {
  return static_cast<int32>(Min(static_cast<int64>(rows) * kGrowth, kMostRows));
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
    if (!state->exhausted) {
      next_batch(state, scan);
    } else if (has_rest(state, scan->indexRelation)) {
      start_rest(state, scan);
    } else if (state->late.count > 0 && !leaves_rest(state)) {
      take_late(state);
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
