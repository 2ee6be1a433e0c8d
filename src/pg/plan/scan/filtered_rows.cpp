#include "pg/plan/scan/filtered_rows.h"

#include <cmath>
#include <limits>
#include <new>

#include "pg/am/cost/cost_constants.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/am/scan/stopwatch.h"
#include "pg/plan/scan/filtered_search.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/genam.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "executor/nodeIndexscan.h"
#include "miscadmin.h"
#include "utils/float.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Returns the distance beyond which no row matches: infinity if there is no limit, -infinity if
/// the limit is null.
double most_distance(FilteredScan* state) {
  if (state->limit == nullptr) {
    return get_float8_infinity();
  }
  bool is_null;
  const Datum limit = ExecEvalExprSwitchContext(state->limit, state->runtime_context, &is_null);
  if (is_null) {
    return -get_float8_infinity();
  }
  // For the server's operators, NaN is greater than any distance.
  const float8 most = state->plan.form.distance_at(DatumGetFloat8(limit));
  if (isnan(most)) {
    return get_float8_infinity();
  }
  return state->plan.is_below ? std::nextafter(most, -get_float8_infinity()) : most;
}

/// Returns how many rows are wanted: as many as the LIMIT above takes, or the planner's number if
/// no LIMIT is found. The LIMIT is preferred, because the planner does not know it below window
/// functions, or if it is a parameter.
int32 rows_wanted(const FilteredScan* state) {
  const auto limit = static_cast<double>(rows_of_limit(*state->above));
  return static_cast<int32>(Min(limit > 0 ? limit : state->plan.wanted, INT_MAX / 64));
}

void open_scan(FilteredScan* state) {
  if (state->scan == nullptr) {
    state->scan = begin_index_scan(state->ss.ss_currentRelation, state->index,
                                   state->ss.ps.state->es_snapshot, 0, state->order_count);
  }
  ResetExprContext(state->runtime_context);
  if (state->runtime_key_count > 0) {
    ExecIndexEvalRuntimeKeys(state->runtime_context, state->runtime_keys, state->runtime_key_count);
  }
  index_rescan(state->scan, nullptr, 0, state->order, state->order_count);
  state->most_distance = most_distance(state);
  restrict_scan(state->scan, state, rows_wanted(state), state->most_distance, *state->above);
}

/// Returns how many microseconds the other side of a deferred join may take before the scan starts.
/// It runs before the first search if it is expected to take much less time than that search, and
/// it may take at most the time of that search.
double most_of_load(const FilteredScan* state) {
  const double first = cost_of_first_rows(state->plan);
  const double load = state->deferred_plan.load_cost - state->plan.load_cost;
  return load < kCosts.policy.most_of_load * first ? first : 0;
}

void start(FilteredScan* state) {
  state->is_started = true;
  bool changed;
  state->work.had_no_keys = !state->keys.load(most_of_load(state), &changed);
  if (changed && state->set != nullptr) {
    forget_set(state);
  }
  if (state->work.had_no_keys) {
    state->is_searching = false;
    state->is_complete = true;
    return;
  }
  if (!state->above.has_value()) {
    state->above = plan_above(&state->ss.ps);
  }
  open_scan(state);
  state->handed_out = object_in<RowSet>(state->context, context_arena(state->context));
  state->failed = FailedRows::make(state->context);
  set_shape(state);
  state->checking = 0;
  if (state->set != nullptr) {
    count_set(state);
  }
  state->is_searching = true;
  state->is_complete = false;
  state->has_searched_set = false;
}

/// Opens the object that looks up the rows that the index has not given.
void open_heap(FilteredScan* state, const OrderedScan& order) {
  state->heap = palloc_object<HeapRows>(state->ss.ss_currentRelation, state->index,
                                        state->ss.ps.state->es_snapshot, rest_values(order),
                                        file_of_scan(order));
  state->work.compared = true;
}

/// True if rows are compared before they are checked.
bool checks_last(const FilteredScan* state) {
  const double wanted = rows_wanted(state);
  return !reads_all(*state->above) &&
         is_checking_last_cheaper(state->shape, wanted > 0 ? wanted : kCosts.policy.fewest_rows);
}

/// Prepares to compare all rows that the index has not given.
void start_exact(FilteredScan* state) {
  if (state->shape.can_make_set && state->set == nullptr) {
    make_set(state, std::numeric_limits<double>::infinity());
  }
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  const OrderedScan& order = started_scan(state->scan);
  open_heap(state, order);
  state->is_checked_last = checks_last(state);
  const ExactRows::Source source{.table = state->ss.ss_currentRelation,
                                 .snapshot = state->ss.ps.state->es_snapshot,
                                 .set = state->set,
                                 .filter = state,
                                 .handed_out = state->handed_out,
                                 .query = order.query.elements,
                                 .nearest = least_in_order(state->scan),
                                 .leaves_nearer = order.drops_late(),
                                 .most_distance = state->most_distance,
                                 .wanted = state->is_checked_last ? 0 : rows_read(*state->above),
                                 .heap = state->heap};
  state->exact = palloc_object<ExactRows>(source, state->context);
  MemoryContextSwitchTo(before);
}

/// Prepares to give the rows one by one, in the order of the table. A set is worth its time only if
/// it leaves few of the rows.
void start_level(FilteredScan* state, const OrderedScan& order) {
  constexpr double kFewInSet = 0.05;
  if (state->shape.can_make_set && state->set == nullptr &&
      state->shape.in_set < kFewInSet * state->shape.table_rows) {
    make_set(state, std::numeric_limits<double>::infinity());
  }
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  open_heap(state, order);
  const LevelRows::Source source{.table = state->ss.ss_currentRelation,
                                 .snapshot = state->ss.ps.state->es_snapshot,
                                 .set = state->set,
                                 .filter = state,
                                 .handed_out = state->handed_out,
                                 .heap = state->heap};
  state->level = palloc_object<LevelRows>(source);
  MemoryContextSwitchTo(before);
}

/// Gets the next row of the index into the slot. Returns false if there is none.
bool next_found(FilteredScan* state, TupleTableSlot* slot) {
  while (index_getnext_tid(state->scan, ForwardScanDirection) != nullptr) {
    CHECK_FOR_INTERRUPTS();
    if (!index_fetch_heap(state->scan, slot)) {
      continue;
    }
    check_memory(state->handed_out->add(row_id(slot->tts_tid)));
    return true;
  }
  return false;
}

/// Gets the next of the rows that the index has not given, which may be checked or not. Returns
/// false if there is none.
bool next_compared(FilteredScan* state, TupleTableSlot* slot) {
  const auto compared = [state] {
    return state->exact != nullptr ? state->exact->compared() : state->level->compared();
  };
  ItemPointerData tid;
  const int64 before = compared();
  const bool has_row =
      state->exact != nullptr ? state->exact->next(&tid) : state->level->next(&tid);
  state->work.rows_compared += compared() - before;
  counts_of_rest(state->scan)->compared += compared() - before;
  if (has_row && !table_tuple_fetch_row_version(state->ss.ss_currentRelation, &tid,
                                                state->ss.ps.state->es_snapshot, slot)) {
    elog(ERROR, "a row that was visible is no more");
  }
  if (has_row) {
    note_rest(state->scan, slot, state->exact != nullptr ? state->exact->last_distance() : 0);
  }
  return has_row;
}

/// Prepares to compare rows, and gets the first of them like next_compared().
bool start_rest(FilteredScan* state, TupleTableSlot* slot) {
  const Stopwatch watch;
  const OrderedScan& order = started_scan(state->scan);
  if (order.left == RowsLeft::kLevel) {
    start_level(state, order);
  } else {
    start_exact(state);
  }
  const bool has_row = next_compared(state, slot);
  RestCounts* counts = counts_of_rest(state->scan);
  counts->is_compared = true;
  counts->nanoseconds += watch.nanoseconds();
  return has_row;
}

/// Gets the next row that matches among those that the index has not given. Returns false if there
/// is none.
bool next_of_rest(FilteredScan* state, TupleTableSlot* slot) {
  const bool is_started = state->exact != nullptr || state->level != nullptr;
  bool has_row = is_started ? next_compared(state, slot) : start_rest(state, slot);
  while (has_row && state->is_checked_last && !check_compared(state, slot)) {
    CHECK_FOR_INTERRUPTS();
    has_row = next_compared(state, slot);
  }
  counts_of_rest(state->scan)->returned += has_row ? 1 : 0;
  return has_row;
}

}  // namespace

TupleTableSlot* next_filtered_row(ScanState* node) {
  auto* state = scan_of(reinterpret_cast<CustomScanState*>(node));
  TupleTableSlot* slot = state->ss.ss_ScanTupleSlot;
  if (!state->is_started) {
    start(state);
  }
  if (state->is_searching) {
    if (next_found(state, slot)) {
      return slot;
    }
    state->is_searching = false;
    state->is_complete =
        state->work.had_no_keys || is_beyond_distance(state->scan) || !may_compare_all(state);
  }
  if (state->is_complete) {
    return ExecClearTuple(slot);
  }
  return next_of_rest(state, slot) ? slot : ExecClearTuple(slot);
}

void close_rows(FilteredScan* state) {
  if (state->level != nullptr) {
    state->level->close();
    state->level = nullptr;
  }
  if (state->exact != nullptr) {
    state->exact->close();
    state->exact = nullptr;
  }
  if (state->heap != nullptr) {
    state->heap->close();
    state->heap = nullptr;
  }
  state->handed_out = nullptr;
  state->is_checked_last = false;
  state->is_started = false;
}

}  // namespace vecext::pg
