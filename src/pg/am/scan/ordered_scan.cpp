// The callbacks of the server for scans.
#include "pg/am/scan/ordered_scan.h"

#include <cmath>
#include <limits>
#include <new>

#include "pg/am/common/being_built.h"
#include "pg/am/common/opclass.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/scan/plan_above.h"
#include "pg/am/scan/running_scan.h"
#include "pg/am/scan/stopwatch.h"
#include "pg/shared/index_counters.h"
#include "pg/sys/memory.h"
#include "pg/sys/version.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/table.h"
#include "commands/vacuum.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "storage/bufmgr.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

FinishedScan last_finished;

RunningScan* scan_of(IndexScanDesc scan) {
  return static_cast<RunningScan*>(scan->opaque);
}

void check_scan(IndexScanDesc scan) {
  if (scan->numberOfOrderBys == 0 && scan->numberOfKeys == 0) {
    elog(ERROR, "cannot scan %s index without order", access_method_name(scan->indexRelation));
  }
  if (scan->numberOfOrderBys > 1) {
    elog(ERROR, "cannot scan %s index in several orders", access_method_name(scan->indexRelation));
  }
  if (!IsMVCCSnapshot(scan->xs_snapshot)) {
    elog(ERROR, "non-MVCC snapshots are not supported with %s",
         access_method_name(scan->indexRelation));
  }
}

/// Finds the plan above the scan, once for all its rescans.
void look_above(RunningScan* state, IndexScanDesc scan) {
  if (!state->above.has_value()) {
    state->above = plan_above(scan);
  }
  state->wanted_above = rows_read(*state->above);
}

/// True if all rows are to be compared, and no search is made.
bool is_without_search(const RunningScan* state, Relation index) {
  const bool is_wanted = state->filter == nullptr && reads_all(*state->above);
  return !state->returns_any && !state->method->is_fastest &&
         (state->query_order == QueryOrder::kUnestimated || is_wanted) &&
         may_compare_all(state, state->method->count_rows(index));
}

/// Prepares a scan whose query orders nothing. Without a filter, it returns the rows of the index
/// as they come. With a filter, it returns no row: the filter's owner reads the rows itself, unless
/// settings forbid that.
void start_without_order(RunningScan* state, Relation index) {
  if (state->filter == nullptr) {
    state->returns_any =
        may_compare_all(state, Min(state->method->count_rows(index), state->most_rows));
    return;
  }
  state->left = RowsLeft::kLevel;
  const double distance = distance_of_all(state->query);
  if (state->filter->admits_nan && !state->query.is_null && std::isinf(distance)) {
    state->most_distance = distance;
  }
  state->is_beyond = distance > state->most_distance;
  if (state->is_beyond || state->filter->compares_rest(state->filter)) {
    state->next_search = NextSearch::kNone;
  }
}

/// True if the index finds rows by a condition on its first column.
bool has_match_condition(const IndexScanDesc scan) {
  return has_first_condition(scan->keyData, scan->numberOfKeys) &&
         access_method_of(scan->indexRelation)->scan->list_matches != nullptr;
}

/// Adds to the list the rows that fulfil a condition on the first column, and sorts the list.
void list_matches_of(const MatchSource& source, const ScanKeyData& key, RowList* rows) {
  const ScanMethod& method = *access_method_of(source.index)->scan;
  if ((key.sk_flags & SK_ISNULL) == 0 && (key.sk_flags & SK_SEARCHARRAY) == 0) {
    method.list_matches(source, key, rows);
  } else if ((key.sk_flags & SK_ISNULL) == 0) {
    ScanKeyData one = key;
    one.sk_flags &= ~SK_SEARCHARRAY;
    each_element(key, [&](Datum value) {
      one.sk_argument = value;
      method.list_matches(source, one, rows);
    });
  }
  check_memory(rows->sort());
}

/// Finds the rows that fulfil all conditions on the first column, and that may fulfil those on key
/// columns. There is at least one condition on the first column.
void list_all_matches(IndexScanDesc scan, Relation table, RowList* rows) {
  const MatchSource source{scan->indexRelation, table, scan->xs_snapshot};
  bool is_first = true;
  for (int i = 0; i < scan->numberOfKeys; ++i) {
    if (scan->keyData[i].sk_attno > 1) {
      continue;
    }
    RowList more(context_arena(CurrentMemoryContext));
    RowList* found = is_first ? rows : &more;
    list_matches_of(source, scan->keyData[i], found);
    if (!is_first) {
      check_memory(rows->intersect(more));
    }
    is_first = false;
  }
  if (rows->count() > 0 && has_key_condition(scan)) {
    RowList of_keys(context_arena(CurrentMemoryContext));
    find_rows_of_keys(scan, &of_keys);
    check_memory(rows->intersect(of_keys));
  }
}

/// Finds the rows that may fulfil all conditions. There is at least one condition.
void find_conditioned_rows(IndexScanDesc scan, Relation table, RowList* rows) {
  if (has_match_condition(scan)) {
    list_all_matches(scan, table, rows);
  } else {
    find_rows_of_keys(scan, rows);
  }
}

/// True if the scan's only condition on the first column has the same operand as its order.
bool is_same_query(const IndexScanDesc scan) {
  const ScanKeyData& order = scan->orderByData[0];
  int conditions = 0;
  for (int i = 0; i < scan->numberOfKeys; ++i) {
    const ScanKeyData& key = scan->keyData[i];
    if (key.sk_attno == 1 &&
        (((key.sk_flags | order.sk_flags) & (SK_ISNULL | SK_SEARCHARRAY)) != 0 ||
         !datum_image_eq(key.sk_argument, order.sk_argument, false, -1))) {
      return false;
    }
    conditions += key.sk_attno == 1 ? 1 : 0;
  }
  return conditions == 1;
}

/// Restricts an ordered scan to the rows that fulfil its conditions, if one is on the first column.
void restrict_to_matches(RunningScan* state, IndexScanDesc scan) {
  if (!has_match_condition(scan)) {
    return;
  }
  if (is_same_query(scan) && state->method->search_returns_matches(*state)) {
    state->has_matches_only = true;
    return;
  }
  RowList rows(context_arena(state->context));
  list_all_matches(scan, scan->heapRelation, &rows);
  state->matching = palloc_object<RowBits>(context_arena(state->context));
  uint16 lines[MaxOffsetNumber];
  for (Size i = 0; i < rows.count();) {
    CHECK_FOR_INTERRUPTS();
    const uint32 page = rows.row(i).page;
    int32 n = 0;
    for (; i < rows.count() && rows.row(i).page == page; ++i) {
      state->row_check.check(scan->indexRelation, scan->heapRelation, rows.row(i));
      lines[n++] = rows.row(i).line;
    }
    check_memory(state->matching->add(page, lines, n));
  }
  state->order.rows = state->matching->filter();
}

void start(RunningScan* state, IndexScanDesc scan) {
  if (state->is_counted) {
    count_index_scan(scan);
  }
  state->started = true;
  check_scan(scan);
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  state->method->read_query(state, scan->indexRelation, *scan->orderByData);
  state->table = scan->heapRelation;
  state->snapshot = scan->xs_snapshot;
  restrict_to_matches(state, scan);
  state->handed_out = palloc_object<RowSet>(context_arena(state->context));
  state->is_late = palloc_object<RowSet>(context_arena(state->context));
  state->is_filtered = state->filter != nullptr;
  state->method_state = palloc0(state->method->method_state_size);
  state->most_rows = state->most_compared = PG_INT64_MAX;
  look_above(state, scan);
  state->order_use = state->above->order_use;
  state->file = state->method->start(state, scan->indexRelation);
  hold_file(state->file, state->context);
  const int64 limit = reads_all(*state->above) && state->method->is_fastest
                          ? PG_INT64_MAX
                          : rows_of_limit(*state->above);
  state->k = first_k(state, scan->indexRelation, limit);
  state->aimed = limit > 0 ? static_cast<int32>(Min(limit, state->k)) : state->k;
  if (state->query_order == QueryOrder::kNone) {
    start_without_order(state, scan->indexRelation);
  }
  if (is_without_search(state, scan->indexRelation)) {
    state->next_search = NextSearch::kNone;
  }
  MemoryContextSwitchTo(before);
}

/// True if the next row takes a search, or begins to compare the rows that are left.
bool takes_search(const RunningScan* state) {
  return !state->started || (state->next == state->count && !state->is_in_rest());
}

/// Gets the next row, in the order of distances. Returns false after the last.
bool next_in_order(RunningScan* state, IndexScanDesc scan) {
  const Stopwatch watch(state->is_counted && takes_search(state));
  if (!state->started) {
    start(state, scan);
  }
  const bool has_row = next_row(state, scan, &scan->xs_heaptid);
  state->nanoseconds += watch.nanoseconds();
  return has_row;
}

/// Gets the next row of a scan by key columns, in the order of the table. Returns false after the
/// last.
bool next_by_keys(RunningScan* state, IndexScanDesc scan) {
  if (state->by_keys == nullptr) {
    const Stopwatch watch;
    check_scan(scan);
    count_index_scan(scan);
    const MemoryContext before = MemoryContextSwitchTo(state->context);
    state->by_keys = palloc_object<RowList>(context_arena(state->context));
    find_conditioned_rows(scan, scan->heapRelation, state->by_keys);
    MemoryContextSwitchTo(before);
    state->nanoseconds += watch.nanoseconds();
  }
  if (state->next == static_cast<int64>(state->by_keys->count())) {
    return false;
  }
  const RowId row = state->by_keys->row(static_cast<Size>(state->next++));
  state->row_check.check(scan->indexRelation, scan->heapRelation, row);
  scan->xs_heaptid = item_pointer(row);
  // A row with another value may have the same hash, so the executor has to recheck it.
  scan->xs_recheck = has_key_condition(scan);
  return true;
}

int64 get_bitmap(IndexScanDesc scan, TIDBitmap* bitmap) {
  const Stopwatch watch;
  check_scan(scan);
  count_index_scan(scan);
  const MemoryContext context = AllocSetContextCreate(
      CurrentMemoryContext, "vecext rows of conditions", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  RowList rows(context_arena(context));
  // The scan has locked the table already.
  const Relation table = table_open(scan->indexRelation->rd_index->indrelid, NoLock);
  find_conditioned_rows(scan, table, &rows);
  MemoryContextSwitchTo(before);
  RowCheck row_check;
  // A row with another value may have the same hash, so the executor has to recheck it.
  const bool is_rechecked = has_key_condition(scan);
  for (Size i = 0; i < rows.count(); ++i) {
    CHECK_FOR_INTERRUPTS();
    row_check.check(scan->indexRelation, table, rows.row(i));
    ItemPointerData tid = item_pointer(rows.row(i));
    tbm_add_tuples(bitmap, &tid, 1, is_rechecked);
  }
  table_close(table, NoLock);
  const auto count = static_cast<int64>(rows.count());
  MemoryContextDelete(context);
  count_scan(scan->indexRelation, {.way = ScanWay::kByKeys,
                                   .steps = 0,
                                   .pages = 0,
                                   .rows_scored = 0,
                                   .rows_reranked = 0,
                                   .rows = count,
                                   .nanoseconds = watch.nanoseconds()});
  return count;
}

/// Returns how the scan has found its rows since the last rescan.
ScanWay way_of(const RunningScan* state) {
  if (state->by_keys != nullptr) {
    return ScanWay::kByKeys;
  }
  if (state->rest != nullptr || state->level_rest != nullptr || state->level_rows != nullptr ||
      state->of_rest.is_compared) {
    return ScanWay::kCompared;
  }
  switch (state->way()) {
    case SearchWay::kPlain:
      return ScanWay::kPlain;
    case SearchWay::kPostfilter:
      return ScanWay::kPostfilter;
    case SearchWay::kInline:
      return ScanWay::kInline;
  }
  return ScanWay::kPlain;
}

/// Counts what the scan has done since the last rescan.
void count_work(RunningScan* state) {
  if (!state->is_counted || (!state->started && state->by_keys == nullptr)) {
    return;
  }
  const ScanWork& work = state->work;
  const RestCounts& rest = state->of_rest;
  const int64 rows = state->by_keys != nullptr ? state->next : state->total + rest.returned;
  count_scan(state->server->indexRelation,
             {.way = way_of(state),
              .steps = work.steps - state->counted.steps,
              .pages = work.pages - state->counted.pages,
              .rows_scored = work.rows_scored - state->counted.rows_scored,
              .rows_reranked = work.rows_reranked - state->counted.rows_reranked + rest.compared,
              .rows = rows,
              .nanoseconds = state->nanoseconds + rest.nanoseconds});
}

void rescan(IndexScanDesc scan, ScanKey keys, int, ScanKey order_bys, int) {
  if (keys != nullptr && scan->numberOfKeys > 0) {
    memmove(scan->keyData, keys, static_cast<Size>(scan->numberOfKeys) * sizeof(ScanKeyData));
  }
  if (order_bys != nullptr && scan->numberOfOrderBys > 0) {
    memmove(scan->orderByData, order_bys,
            static_cast<Size>(scan->numberOfOrderBys) * sizeof(ScanKeyData));
  }
  RunningScan* state = scan_of(scan);
  count_work(state);
  RunningScan pending{};
  pending.method = state->method;
  pending.server = scan;
  pending.above = state->above;
  pending.context = state->context;
  pending.batch_context = state->batch_context;
  pending.is_counted = state->is_counted;
  pending.query.info = state->query.info;
  pending.work = pending.counted = state->work;
  close_heap(state);
  MemoryContextReset(state->context);
  MemoryContextReset(state->batch_context);
  *state = pending;
}

bool get_tuple(IndexScanDesc scan, ScanDirection) {
  RunningScan* state = scan_of(scan);
  if (scan->numberOfOrderBys == 0) {
    return next_by_keys(state, scan);
  }
  if (!next_in_order(state, scan)) {
    return false;
  }
  ++state->total;
  const RowId row = row_id(scan->xs_heaptid);
  state->row_check.check(scan->indexRelation, scan->heapRelation, row);
  if (state->ahead != nullptr) {
    state->ahead->reach(state->next - 1, scan->xs_heapfetch);
  } else if (state->heap != nullptr && scan->xs_heapfetch != nullptr) {
    state->heap->hold_page(scan->xs_heapfetch, row.page);
  }
  // Searches ignore conditions on key columns, so the executor has to check them.
  scan->xs_recheck = has_key_condition(scan);
  scan->xs_recheckorderby = false;
  return true;
}

IndexScanDesc begin_scan(Relation index, int keys, int order_bys) {
  check_not_being_built(index);
  const IndexScanDesc scan = RelationGetIndexScan(index, keys, order_bys);
  auto* state = palloc_object<RunningScan>();
  state->method = access_method_of(index)->scan;
  state->server = scan;
  state->is_counted = true;
  state->work.step = state->method->step;
  state->context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext scan", ALLOCSET_DEFAULT_SIZES);
  state->batch_context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext scan batch", ALLOCSET_DEFAULT_SIZES);
  if (access_method_of(index)->has_vectors) {
    state->query.info = opclass_of(index);
  }
  scan->opaque = state;
  return scan;
}

void end_scan(IndexScanDesc scan) {
  RunningScan* state = scan_of(scan);
  if (state->work.pages > 0) {
    last_finished = {RelationGetRelid(scan->indexRelation), state->work};
  }
  count_work(state);
  close_heap(state);
  MemoryContextDelete(state->context);
  MemoryContextDelete(state->batch_context);
  pfree(state);
  scan->opaque = nullptr;
}

}  // namespace

RowValues rest_values(const OrderedScan& scan) {
  static constexpr ValueDistance kNone{[](const ValueDistance*, Datum) { return 0.0; }};
  RowValues values = scan.query;
  values.measure = scan.left == RowsLeft::kLevel ? &kNone : values.measure;
  return values;
}

CachedFile* file_of_scan(const OrderedScan& scan) {
  return static_cast<const RunningScan&>(scan).file;
}

void search_for_more(OrderedScan* scan) {
  if (!scan->is_filtered) {
    scan->k = static_cast<int32>(Min(more_than(scan->k), scan->most_rows));
  }
}

bool is_beyond_distance(IndexScanDesc scan) {
  return scan_of(scan)->is_beyond;
}

int64 most_compared(IndexScanDesc scan) {
  return scan_of(scan)->most_compared;
}

void restrict_scan(IndexScanDesc scan, ScanFilter* filter, int32 wanted, double most_distance,
                   const PlanAbove& above) {
  RunningScan* state = scan_of(scan);
  state->filter = filter;
  state->most_distance = most_distance;
  state->wanted = wanted > 0 ? wanted : kFewestRows;
  state->above = above;
}

void leave_uncounted(IndexScanDesc scan) {
  scan_of(scan)->is_counted = false;
}

void note_rest(IndexScanDesc scan, TupleTableSlot* slot, double distance) {
  RunningScan* state = scan_of(scan);
  state->rest_slot = slot;
  state->rest_distance = distance;
}

RestCounts* counts_of_rest(IndexScanDesc scan) {
  return &scan_of(scan)->of_rest;
}

double least_in_order(IndexScanDesc scan) {
  const RunningScan* state = scan_of(scan);
  return state->total > 0 ? state->least_in_order : -std::numeric_limits<double>::infinity();
}

void fill_routine(const AccessMethod& method, IndexAmRoutine* routine) {
  routine->amstrategies = 0;
  routine->amsupport = static_cast<uint16>(method.support.size());
  routine->amcanorderbyop = true;
  routine->amcanmulticol = method.has_key_columns;
  routine->amoptionalkey = true;
  routine->amsearcharray = true;
  // With parallel workers a VACUUM could not give pages back (pg/store/truncate.h). A table with
  // only one other index, such as that of its primary key, is then vacuumed without workers.
  routine->amparallelvacuumoptions = VACUUM_OPTION_NO_PARALLEL;
  routine->amkeytype = InvalidOid;
  routine->ambuild = method.build;
  routine->ambuildempty = method.build_empty;
  routine->aminsert = method.insert;
  set_insert_cleanup(routine, method.insert_cleanup);
  routine->ambulkdelete = method.bulk_delete;
  routine->amvacuumcleanup = method.vacuum_cleanup;
  routine->amcostestimate = method.cost_estimate;
  routine->amoptions = method.options;
  routine->ambuildphasename = method.build_phase_name;
  routine->amvalidate = method.validate;
  routine->ambeginscan = begin_scan;
  routine->amrescan = rescan;
  routine->amgettuple = get_tuple;
  routine->amgetbitmap = get_bitmap;
  routine->amendscan = end_scan;
}

const OrderedScan& started_scan(IndexScanDesc scan) {
  RunningScan* state = scan_of(scan);
  if (!state->started) {
    start(state, scan);
  }
  return *state;
}

void show_work(const ScanWork& work, const ExplainProperties& properties) {
  properties.add(work.step == ScanStep::kList   ? "Lists Probed"
                 : work.step == ScanStep::kNode ? "Nodes Visited"
                                                : "Windows Searched",
                 work.steps);
  properties.add("Index Pages", work.pages);
  properties.add("Rows Scored", work.rows_scored);
  properties.add("Rows Reranked", work.rows_reranked);
  if (work.has_aimed()) {
    const bool is_list = work.step == ScanStep::kList;
    properties.add("Expected Recall", work.expected_recall, 4);
    properties.add(is_list ? "Expected Lists, Easy" : "Expected Nodes, Easy", work.expected_easy,
                   0);
    properties.add(is_list ? "Expected Lists, Hard" : "Expected Nodes, Hard", work.expected_hard,
                   0);
  }
}

const ScanWork* work_of_scan(IndexScanDesc scan) {
  return access_method_of(scan->indexRelation) != nullptr ? &scan_of(scan)->work : nullptr;
}

const FinishedScan& last_finished_scan() {
  return last_finished;
}

}  // namespace vecext::pg
