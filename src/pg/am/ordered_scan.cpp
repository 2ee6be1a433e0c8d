// A scan hands out its rows in batches. A batch is a search for the k nearest, in the exact order
// of their distances; when the executor wants more, the next one searches for more, or elsewhere,
// and leaves out what was handed out before. A row that an earlier search has missed, nearer than
// the one handed out last, waits until the searches are through: rows go out in order. When the
// searches have no more, or another one would take longer, all rows of the index that are left come
// in the order of the table's distances (rest_rows.h): so a scan that goes on long enough hands out
// every row, once. Settings may end it earlier.
#include "pg/am/ordered_scan.h"

#include <algorithm>
#include <limits>
#include <new>

#include "core/base/bursts.h"
#include "core/base/row_set.h"
#include "pg/am/heap_rows.h"
#include "pg/am/indexed_value.h"
#include "pg/am/key_columns.h"
#include "pg/am/limit_above.h"
#include "pg/am/rest_rows.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "commands/vacuum.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

constexpr int32 kFewestRows = 10;
constexpr int32 kMostRows = INT_MAX / 4;
constexpr int32 kGrowth = 4;

/// A row on its way out.
struct FoundRow {
  double distance;
  RowId row;

  friend bool operator<(const FoundRow& a, const FoundRow& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.row.packed() < b.row.packed();
  }
};

/// All of a scan. rescan() says what outlives a query.
struct RunningScan : OrderedScan {
  const ScanMethod* method;
  const LimitState* limit;  // above; null: none, or not known
  bool knows_limit;
  MemoryContext context;        // of the query; reset by rescan
  MemoryContext batch_context;  // of one batch
  bool started;
  ScanFilter* filter;     // null: none
  int32 wanted;           // rows that match, of the next search
  double most_distance;   // no row beyond it is looked for
  bool is_beyond;         // all within it were found
  bool is_cut;            // the last search has found rows that the batch has not
  SearchOutcome outcome;  // of the last one, where there is a filter
  // The batch.
  FoundRow* rows;
  int64 count;
  int64 next;
  RowSet* handed_out;  // rows of the batches before this one
  RowSet* is_late;     // rows that are late
  bool in_order;       // rows nearer than `last` are late
  FoundRow last;       // of the batches before
  FoundRow* late;
  int64 late_count;
  int64 late_room;
  int64 total;  // rows handed out
  SearchCost last_search;
  ExactRows* rest;   // null before all other rows are through
  RowList* by_keys;  // without an order, the rows left; null before the first
  CachedFile* file;  // of the index, held; null before the start
  HeapRows* heap;    // null before the first row looked up
};

FinishedScan last_finished;

RunningScan* scan_of(IndexScanDesc scan) {
  return static_cast<RunningScan*>(scan->opaque);
}

void close_heap(RunningScan* state) {
  if (state->heap != nullptr) {
    state->heap->close();
    state->heap = nullptr;
  }
}

void remember(RunningScan* state, RowId row) {
  check_memory(state->handed_out->add(row));
}

void keep_late(RunningScan* state, const FoundRow& row) {
  if (state->late_count == state->late_room) {
    state->late_room = state->late_room == 0 ? 64 : state->late_room * 2;
    const Size bytes = static_cast<Size>(state->late_room) * sizeof(FoundRow);
    state->late = static_cast<FoundRow*>(state->late == nullptr
                                             ? MemoryContextAllocHuge(state->context, bytes)
                                             : repalloc_huge(state->late, bytes));
  }
  state->late[state->late_count++] = row;
  check_memory(state->is_late->add(row.row));
}

/// How many rows a search is for when this many were not enough.
int32 more_than(int32 rows) {
  return static_cast<int32>(Min(static_cast<int64>(rows) * kGrowth, kMostRows));
}

/// Takes a row into the batch, unless it was handed out before or is late.
void keep(RunningScan* state, const FoundRow& row) {
  if (state->handed_out->contains(row.row) || state->is_late->contains(row.row)) {
    return;
  }
  if (state->in_order && row.distance < state->last.distance) {
    keep_late(state, row);
  } else {
    state->rows[state->count++] = row;
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
  std::sort(state->late, state->late + state->late_count);
  state->rows = state->late;
  state->count = state->late_count;
  state->next = 0;
  state->late_count = 0;
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
    *state->heap = HeapRows(scan->heapRelation, scan->indexRelation, scan->xs_snapshot, state->info,
                            state->dims, known_rows(*state, scan->heapRelation));
    MemoryContextSwitchTo(before);
  }
  // The executor will ask for the distances of the rows it is handed.
  state->heap->keep_values(open_recent(state->batch_context));
  return *state->heap;
}

/// A distance as the bounds of candidates are.
double key_of(const RunningScan* state, double distance) {
  return state->exact ? distance : key_of_distance(state->info.metric, distance);
}

/// Does the row looked up fulfil the conditions?
bool matches(RunningScan* state, const HeapRows& heap) {
  return state->filter == nullptr || state->filter->matches(state->filter, heap.slot());
}

/// Rows of which bounds are known: the table gives distances, nearest bound first, until the k-th
/// nearest is nearer than any bound left. Returns the key up to which no row is missing for that.
double take_reranked(RunningScan* state, IndexScanDesc scan, const Candidate* candidates,
                     int64 count) {
  HeapRows& heap = open_heap(state, scan);
  KSmallest<double> nearest;
  const double most = state->filter == nullptr ? std::numeric_limits<double>::infinity()
                                               : key_of(state, state->most_distance);
  // Of a set as many as it was searched for.
  const int32 wanted = state->order.rows.has_set() ? Max(state->wanted, state->k) : state->wanted;
  const auto room = static_cast<int32>(Max(Min(static_cast<int64>(wanted), count), 1));
  check_memory(nearest.reset(room, context_arena(CurrentMemoryContext)));
  Bursts lines(static_cast<Size>(count));
  Bursts rows(static_cast<Size>(count));
  Bursts values(static_cast<Size>(count));
  const auto prefetch = [&](int64 i) {
    const auto ahead = static_cast<Size>(i + HeapRows::kRowsAhead);
    lines.reach(ahead + HeapRows::kRowsAhead,
                [&](Size line) { heap.prefetch_line(candidates[line].row); });
    rows.reach(ahead, [&](Size row) { heap.prefetch(candidates[row].row); });
    // The first row tells where in a row its value lies.
    if (i > 0) {
      values.reach(static_cast<Size>(i + 1),
                   [&](Size row) { heap.prefetch_value(candidates[row].row); });
    }
  };
  for (int64 i = 0; i < count; ++i) {
    if (candidates[i].bound > most || (state->filter != nullptr && i >= state->most_rows)) {
      break;
    }
    if (nearest.full() && candidates[i].bound > nearest.largest()) {
      state->is_cut = true;
      break;
    }
    CHECK_FOR_INTERRUPTS();
    prefetch(i);
    FoundRow row{0, candidates[i].row};
    ++state->work.rows_reranked;
    ++state->outcome.asked;
    if (heap.look_up(row.row) && matches(state, heap) &&
        heap.distance(state->query, &row.distance)) {
      ++state->outcome.matched;
      keep(state, row);
      nearest.push(key_of(state, row.distance));
    }
  }
  heap.release();
  return nearest.count() == wanted ? nearest.largest() : std::numeric_limits<double>::infinity();
}

/// Drops the rows beyond `key` from the sorted batch: others as near may be missing.
void cut(RunningScan* state, double key) {
  while (state->count > 0 && key_of(state, state->rows[state->count - 1].distance) > key) {
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
                       complete > key_of(state, state->most_distance);
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

/// Do settings let the scan compare all rows that are left?
bool may_compare_all(const RunningScan* state, int64 rows) {
  return state->most_compared >= rows;
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

/// The same, after the last search.
bool has_rest(const RunningScan* state, Relation index) {
  return state->filter == nullptr && !state->is_complete &&
         may_compare_all(state, state->method->count_rows(index));
}

/// Fills the batch with rows not handed out before; may find none while more are to come.
void next_batch(RunningScan* state, IndexScanDesc scan) {
  forget_batch(state);
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
  if (state->gave_up) {
    state->exhausted = true;
  } else {
    state->is_cut = false;
    take(state, scan, &found);
    state->outcome.full = found.full();
    state->method->plan_next(state, found.full() || state->is_cut);
    state->exhausted = state->exhausted || state->is_beyond;
    if (state->outcome.matched >= state->wanted) {
      state->wanted = more_than(state->wanted);
    }
  }
  state->last_search = {state->work.pages - before_search.pages,
                        state->work.rows_reranked - before_search.rows_reranked};
  MemoryContextSwitchTo(before);
}

/// Gets hold of the rest. Late rows are of it, and come last.
void start_rest(RunningScan* state, IndexScanDesc scan) {
  forget_batch(state);
  close_heap(state);
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  const RestSource source{
      .method = state->method,
      .scan = state,
      .index_scan = scan,
      .known = known_rows(*state, scan->heapRelation),
      .nearest = state->in_order ? state->last.distance : -std::numeric_limits<double>::infinity()};
  state->rest = find_rest(source, *state->handed_out, &state->heap);
  state->work.pages += RelationGetNumberOfBlocks(scan->indexRelation);
  MemoryContextSwitchTo(before);
}

/// The query's elements; a null one has no distances: rows come in the order of the zero vector's.
const void* read_query(const RunningScan* state, const ScanKeyData& key) {
  if ((key.sk_flags & SK_ISNULL) != 0) {
    return palloc0(stored_bytes(state->info.element, state->dims));
  }
  ValueReader reader(state->info, state->dims, state->context);
  const void* stored = reader.stored(key.sk_argument);
  const Size bytes = stored_bytes(state->info.element, state->dims, stored);
  return memcpy(palloc(bytes), stored, bytes);
}

void check_scan(IndexScanDesc scan) {
  if (scan->numberOfOrderBys == 0 && scan->numberOfKeys == 0) {
    elog(ERROR, "cannot scan %s index without order", access_method_name(scan->indexRelation));
  }
  if (!IsMVCCSnapshot(scan->xs_snapshot)) {
    elog(ERROR, "non-MVCC snapshots are not supported with %s",
         access_method_name(scan->indexRelation));
  }
}

/// Rows of the first search: a LIMIT tells, which a join may ask again and again.
int32 first_rows(RunningScan* state, IndexScanDesc scan) {
  if (!state->knows_limit) {
    state->limit = find_limit(scan);
    state->knows_limit = true;
  }
  const int64 rows = state->limit == nullptr ? 0 : rows_of_limit(*state->limit);
  return static_cast<int32>(Min(Max(rows, kFewestRows), kMostRows));
}

void start(RunningScan* state, IndexScanDesc scan) {
  count_index_scan(scan);
  state->started = true;
  check_scan(scan);
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  state->dims = column_dims(scan->indexRelation, state->info);
  state->query = read_query(state, *scan->orderByData);
  state->handed_out = new (palloc(sizeof(RowSet))) RowSet(context_arena(state->context));
  state->is_late = new (palloc(sizeof(RowSet))) RowSet(context_arena(state->context));
  state->is_filtered = state->filter != nullptr;
  state->own = palloc0(state->method->own_size);
  state->most_rows = state->most_compared = PG_INT64_MAX;
  state->file = state->method->start(state, scan->indexRelation);
  hold_file(state->file, state->context);
  state->k = first_rows(state, scan);
  state->exhausted =
      state->is_hopeless && may_compare_all(state, state->method->count_rows(scan->indexRelation));
  MemoryContextSwitchTo(before);
}

/// The next row in the order of distances.
bool next_row(RunningScan* state, IndexScanDesc scan, ItemPointer row) {
  if (state->total >= state->most_rows) {
    return false;
  }
  while (state->rest == nullptr && state->next == state->count) {
    if (!state->exhausted) {
      next_batch(state, scan);
    } else if (has_rest(state, scan->indexRelation)) {
      start_rest(state, scan);
    } else if (state->late_count > 0) {
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
  const RowId found = state->rows[state->next++].row;
  ItemPointerSet(row, found.page, found.line);
  return true;
}

/// The next row of the key columns alone, in the order of the table.
bool next_by_keys(RunningScan* state, IndexScanDesc scan) {
  if (state->by_keys == nullptr) {
    check_scan(scan);
    const MemoryContext before = MemoryContextSwitchTo(state->context);
    state->by_keys = new (palloc(sizeof(RowList))) RowList(context_arena(state->context));
    find_rows_of_keys(scan, state->by_keys);
    MemoryContextSwitchTo(before);
  }
  if (state->next == static_cast<int64>(state->by_keys->count())) {
    return false;
  }
  const RowId row = state->by_keys->row(static_cast<Size>(state->next++));
  ItemPointerSet(&scan->xs_heaptid, row.page, row.line);
  // Others may have the key.
  scan->xs_recheck = true;
  return true;
}

int64 get_bitmap(IndexScanDesc scan, TIDBitmap* bitmap) {
  check_scan(scan);
  return get_key_bitmap(scan, bitmap);
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
  RunningScan fresh{};
  fresh.method = state->method;
  fresh.limit = state->limit;
  fresh.knows_limit = state->knows_limit;
  fresh.context = state->context;
  fresh.batch_context = state->batch_context;
  fresh.info = state->info;
  fresh.work = state->work;
  close_heap(state);
  MemoryContextReset(state->context);
  MemoryContextReset(state->batch_context);
  *state = fresh;
}

bool get_tuple(IndexScanDesc scan, ScanDirection) {
  RunningScan* state = scan_of(scan);
  if (scan->numberOfOrderBys == 0) {
    return next_by_keys(state, scan);
  }
  if (!state->started) {
    start(state, scan);
  }
  if (!next_row(state, scan, &scan->xs_heaptid)) {
    return false;
  }
  ++state->total;
  if (state->heap != nullptr && scan->xs_heapfetch != nullptr) {
    state->heap->hold_page(scan->xs_heapfetch, ItemPointerGetBlockNumber(&scan->xs_heaptid));
  }
  // A search does not ask for keys.
  scan->xs_recheck = scan->numberOfKeys > 0;
  scan->xs_recheckorderby = false;
  return true;
}

void end_scan(IndexScanDesc scan) {
  RunningScan* state = scan_of(scan);
  if (state->work.pages > 0) {
    last_finished = {RelationGetRelid(scan->indexRelation), state->work};
  }
  close_heap(state);
  MemoryContextDelete(state->context);
  MemoryContextDelete(state->batch_context);
  pfree(state);
  scan->opaque = nullptr;
}

}  // namespace

KnownBuffers* known_rows(const OrderedScan& scan, Relation heap) {
  CachedFile* file = static_cast<const RunningScan&>(scan).file;
  if (file->context == nullptr) {
    return nullptr;
  }
  file->heap_buffers.reserve(RelationGetNumberOfBlocks(heap), file->context);
  return &file->heap_buffers;
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

void restrict_scan(IndexScanDesc scan, ScanFilter* filter, int32 wanted, double most_distance) {
  RunningScan* state = scan_of(scan);
  state->filter = filter;
  state->most_distance = most_distance;
  state->wanted = wanted > 0 ? wanted : kFewestRows;
}

IndexAmRoutine* ordered_routine(uint16 support) {
  IndexAmRoutine* routine = makeNode(IndexAmRoutine);
  routine->amstrategies = 0;
  routine->amsupport = support;
  routine->amcanorderbyop = true;
  routine->amoptionalkey = true;
  routine->amsearcharray = true;
  routine->amparallelvacuumoptions = VACUUM_OPTION_PARALLEL_BULKDEL;
  routine->amkeytype = InvalidOid;
  routine->amrescan = rescan;
  routine->amgettuple = get_tuple;
  routine->amgetbitmap = get_bitmap;
  routine->amendscan = end_scan;
  return routine;
}

IndexScanDesc begin_ordered_scan(const ScanMethod* method, Relation index, int keys,
                                 int order_bys) {
  const IndexScanDesc scan = RelationGetIndexScan(index, keys, order_bys);
  auto* state = static_cast<RunningScan*>(palloc0(sizeof(RunningScan)));
  state->method = method;
  state->work.step = method->step;
  state->context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext scan", ALLOCSET_DEFAULT_SIZES);
  state->batch_context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext scan batch", ALLOCSET_DEFAULT_SIZES);
  state->info = opclass_of(index);
  scan->opaque = state;
  return scan;
}

bool is_ordered_index(Relation index) {
  return index->rd_indam->amgettuple == get_tuple;
}

const OrderedScan& started_scan(IndexScanDesc scan) {
  RunningScan* state = scan_of(scan);
  if (!state->started) {
    start(state, scan);
  }
  return *state;
}

void show_work(const ScanWork& work, const ExplainProperties& properties) {
  properties.add(work.step == ScanStep::kList ? "Lists Probed" : "Nodes Expanded", work.steps);
  properties.add("Index Pages", work.pages);
  properties.add("Rows Scored", work.rows_scored);
  properties.add("Rows Reranked", work.rows_reranked);
}

const ScanWork* work_of_scan(IndexScanDesc scan) {
  return is_ordered_index(scan->indexRelation) ? &scan_of(scan)->work : nullptr;
}

const FinishedScan& last_finished_scan() {
  return last_finished;
}

}  // namespace vecext::pg
