// A scan hands out its rows in batches. A batch is a search for the k nearest, in the exact order
// of their distances; when the executor wants more, the next one searches for more, or in more
// lists, and leaves out what was handed out before. A row that an earlier search has missed, nearer
// than the one handed out last, waits until the searches are through: rows go out in order, and a
// scan that goes on long enough hands out every row, once.
#include "pg/am/ivf_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "core/base/row_set.h"
#include "core/ivf/search.h"
#include "pg/am/heap_rows.h"
#include "pg/am/indexed_value.h"
#include "pg/am/model_cache.h"
#include "pg/am/options.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "miscadmin.h"
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

struct IvfScan {
  MemoryContext context;        // of the scan; the query's forms, reset by rescan
  MemoryContext batch_context;  // of one batch
  OpclassInfo info;
  IvfKind kind;
  bool counted;    // in the statistics
  bool exhausted;  // no further batch can have rows
  // The query.
  void* stored;  // elements as the column has them
  // The batch.
  FoundRow* rows;
  int64 count;
  int64 next;
  RowSet* handed_out;  // rows of the batches before this one, and the late ones
  bool in_order;       // rows nearer than `last` are late
  FoundRow last;       // of the batches before
  FoundRow* late;
  int64 late_count;
  int64 late_room;
  // What the next search is for.
  int32 k;
  int32 probes;        // lists to look at; 0: as many as it takes
  int32 lists_before;  // lists of earlier batches, whose rows are all handed out
  int32 lists_done;    // the same when the batch was made
  int32 total;         // rows handed out
  CachedIndex* index;  // null before the first row
  HeapRows* heap;      // null before the first row reranked
  ScanWork work;       // rescans included
};

FinishedScan last_finished;

IvfScan* scan_of(IndexScanDesc scan) {
  return static_cast<IvfScan*>(scan->opaque);
}

void close_heap(IvfScan* state) {
  if (state->heap != nullptr) {
    state->heap->close();
    state->heap = nullptr;
  }
}

int32 first_probes(const IvfScan* state) {
  return state->kind == IvfKind::kFlat ? ivfflat_probes : ivfpq_probes;
}

void remember(IvfScan* state, RowId row) {
  if (!state->handed_out->add(row)) {
    raise({.code = StatusCode::kOutOfMemory});
  }
}

void keep_late(IvfScan* state, const FoundRow& row) {
  if (state->late_count == state->late_room) {
    state->late_room = state->late_room == 0 ? 64 : state->late_room * 2;
    const Size bytes = static_cast<Size>(state->late_room) * sizeof(FoundRow);
    state->late = static_cast<FoundRow*>(state->late == nullptr
                                             ? MemoryContextAllocHuge(state->context, bytes)
                                             : repalloc_huge(state->late, bytes));
  }
  state->late[state->late_count++] = row;
  remember(state, row.row);
}

/// Takes a row into the batch, unless it was handed out before or is late.
void keep(IvfScan* state, const FoundRow& row) {
  if (state->handed_out->contains(row.row)) {
    return;
  }
  if (state->in_order && row < state->last) {
    keep_late(state, row);
  } else {
    state->rows[state->count++] = row;
  }
}

/// Remembers the rows of the batch, which are all handed out.
void forget_batch(IvfScan* state) {
  for (int64 i = 0; i < state->count; ++i) {
    remember(state, state->rows[i].row);
  }
  if (state->count > 0) {
    state->last = state->rows[state->count - 1];
    // ivfflat's further lists are in an order of their own (relaxed_order).
    state->in_order = state->kind == IvfKind::kPq || state->lists_before == state->lists_done;
  }
  state->lists_done = state->lists_before;
  state->count = state->next = 0;
}

/// The late rows as the last batch.
void take_late(IvfScan* state) {
  std::sort(state->late, state->late + state->late_count);
  state->rows = state->late;
  state->count = state->late_count;
  state->next = 0;
  state->late_count = 0;
}

/// Rows of lists with vectors: their bounds are their distances.
void take_exact(IvfScan* state, const Candidate* candidates, int64 count) {
  for (int64 i = 0; i < count; ++i) {
    keep(state, {candidates[i].bound, candidates[i].row});
  }
}

/// Rows of lists with codes: the table gives distances, nearest bound first, until the k-th nearest
/// is nearer than any bound left. Returns the key up to which no row is missing for that.
double take_reranked(IvfScan* state, IndexScanDesc scan, const Model& model,
                     const Candidate* candidates, int64 count) {
  if (state->heap == nullptr) {
    const MemoryContext before = MemoryContextSwitchTo(state->context);
    state->heap = static_cast<HeapRows*>(palloc(sizeof(HeapRows)));
    *state->heap = HeapRows(scan->heapRelation, scan->indexRelation, scan->xs_snapshot, state->info,
                            model.meta.dims);
    MemoryContextSwitchTo(before);
  }
  HeapRows& heap = *state->heap;
  // The executor will ask for the distances of the rows it is handed.
  heap.keep_values(open_recent(state->batch_context));
  const Size room = static_cast<Size>(Min(static_cast<int64>(state->k), count));
  auto* nearest = static_cast<double*>(
      MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * (room + 1)));
  int32 found = 0;
  for (int64 i = 0; i < count; ++i) {
    if (found == state->k && candidates[i].bound > nearest[0]) {
      break;
    }
    CHECK_FOR_INTERRUPTS();
    FoundRow row{0, candidates[i].row};
    ++state->work.rows_reranked;
    if (!heap.distance(row.row, state->stored, &row.distance)) {
      continue;
    }
    keep(state, row);
    const double key = key_of_distance(state->info.metric, row.distance);
    if (found < state->k) {
      nearest[found++] = key;
      std::push_heap(nearest, nearest + found);
    } else if (key < nearest[0]) {
      std::pop_heap(nearest, nearest + found);
      nearest[found - 1] = key;
      std::push_heap(nearest, nearest + found);
    }
  }
  heap.release();
  return found == state->k ? nearest[0] : std::numeric_limits<double>::infinity();
}

/// Drops the rows beyond `key` from the sorted batch: others as near may be missing.
void cut(IvfScan* state, double key) {
  while (state->count > 0 &&
         key_of_distance(state->info.metric, state->rows[state->count - 1].distance) > key) {
    --state->count;
  }
}

/// One search with the current model. kStale: the index has moved on.
Status search_once(IvfScan* state, IndexScanDesc scan, CachedIndex* index, Candidates* found,
                   SearchCounts* counts) {
  const Model& model = index->model;
  BufferStore store(scan->indexRelation, &index->buffers);
  const Arena arena = context_arena(CurrentMemoryContext);
  SearchQuery query;
  ProbeOrder order;
  if (!prepare_search(model, state->stored, arena, &query) ||
      !order.prepare(model, query.rotated, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const SearchLimits limits{.k = state->k,
                            .skip = state->lists_before,
                            .probes = state->probes,
                            .recall = static_cast<float>(target_recall),
                            .filter = {}};
  return search(store, model, query, limits, state->info.distance, arena, &order, found, counts);
}

/// Plans what the next search is for: more of the same lists where there is more, else more lists.
void plan_next(IvfScan* state, const Model& model, bool more_in_lists) {
  if (more_in_lists) {
    state->k = static_cast<int32>(Min(static_cast<int64>(state->k) * kGrowth, kMostRows));
    return;
  }
  const bool iterates = state->kind == IvfKind::kPq || ivfflat_iterative_scan != kIterativeOff;
  const int32 most = state->kind == IvfKind::kPq
                         ? model.lists()
                         : Min(model.lists(), Max(ivfflat_max_probes, ivfflat_probes));
  state->lists_before += state->probes;
  state->exhausted = state->probes == 0 || !iterates || state->lists_before >= most;
}

/// Fills the batch with rows not handed out before; may find none while more are to come.
void next_batch(IvfScan* state, IndexScanDesc scan) {
  forget_batch(state);
  MemoryContextReset(state->batch_context);
  const MemoryContext before = MemoryContextSwitchTo(state->batch_context);
  Candidates found(context_arena(state->batch_context));
  SearchCounts counts{};
  CachedIndex* index = nullptr;
  with_model(scan->indexRelation, [&](CachedIndex* cached) {
    index = cached;
    if (state->index == nullptr) {
      state->index = cached;
      state->k = Max(kFewestRows, cached->rows_wanted);
    }
    return search_once(state, scan, cached, &found, &counts);
  });
  state->work.lists += counts.lists;
  state->work.pages += counts.pages;
  state->work.rows_scored += counts.rows;

  int64 count;
  const Candidate* candidates = found.sorted(&count);
  state->rows = static_cast<FoundRow*>(MemoryContextAllocHuge(
      state->batch_context, sizeof(FoundRow) * static_cast<Size>(count + 1)));
  if (index->model.has_vectors()) {
    take_exact(state, candidates, count);
    std::sort(state->rows, state->rows + state->count);
  } else {
    const double complete = take_reranked(state, scan, index->model, candidates, count);
    std::sort(state->rows, state->rows + state->count);
    cut(state, Min(complete, static_cast<double>(found.limit())));
  }
  plan_next(state, index->model, found.full());
  MemoryContextSwitchTo(before);
}

void read_query(IvfScan* state, Relation index, Datum datum) {
  const MemoryContext before = MemoryContextSwitchTo(state->context);
  const int32 dims = column_dims(index, state->info);
  ValueReader reader(state->info, dims, state->context);
  const void* stored = reader.stored(datum);
  const Size bytes = stored_bytes(state->info.element, dims);
  state->stored = palloc(bytes);
  memcpy(state->stored, stored, bytes);
  MemoryContextSwitchTo(before);
}

/// A null query has no distances: rows come in the order of the zero vector's.
void read_null_query(IvfScan* state, Relation index) {
  const Size bytes = stored_bytes(state->info.element, column_dims(index, state->info));
  state->stored = MemoryContextAllocZero(state->context, bytes);
}

void start(IvfScan* state, IndexScanDesc scan) {
  const ScanKey key = scan->orderByData;
  if ((key->sk_flags & SK_ISNULL) != 0) {
    read_null_query(state, scan->indexRelation);
  } else {
    read_query(state, scan->indexRelation, key->sk_argument);
  }
  state->handed_out = new (MemoryContextAlloc(state->context, sizeof(RowSet)))
      RowSet(context_arena(state->context));
  state->probes = first_probes(state);
}

}  // namespace

IndexScanDesc ivf_begin_scan(Relation index, int keys, int order_bys) {
  const IndexScanDesc scan = RelationGetIndexScan(index, keys, order_bys);
  auto* state = static_cast<IvfScan*>(palloc0(sizeof(IvfScan)));
  state->context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext scan", ALLOCSET_DEFAULT_SIZES);
  state->batch_context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext scan batch", ALLOCSET_DEFAULT_SIZES);
  state->info = opclass_of(index);
  state->kind = ivf_kind(index);
  scan->opaque = state;
  return scan;
}

void ivf_rescan(IndexScanDesc scan, ScanKey keys, int, ScanKey order_bys, int) {
  if (keys != nullptr && scan->numberOfKeys > 0) {
    memmove(scan->keyData, keys, static_cast<Size>(scan->numberOfKeys) * sizeof(ScanKeyData));
  }
  if (order_bys != nullptr && scan->numberOfOrderBys > 0) {
    memmove(scan->orderByData, order_bys,
            static_cast<Size>(scan->numberOfOrderBys) * sizeof(ScanKeyData));
  }
  IvfScan* state = scan_of(scan);
  IvfScan fresh{};
  fresh.context = state->context;
  fresh.batch_context = state->batch_context;
  fresh.info = state->info;
  fresh.kind = state->kind;
  fresh.work = state->work;
  close_heap(state);
  MemoryContextReset(state->context);
  MemoryContextReset(state->batch_context);
  *state = fresh;
}

bool ivf_get_tuple(IndexScanDesc scan, ScanDirection) {
  IvfScan* state = scan_of(scan);
  const char* name = ivf_name(scan->indexRelation);
  if (!state->counted) {
    count_index_scan(scan);
    state->counted = true;
    if (scan->numberOfOrderBys == 0) {
      elog(ERROR, "cannot scan %s index without order", name);
    }
    if (!IsMVCCSnapshot(scan->xs_snapshot)) {
      elog(ERROR, "non-MVCC snapshots are not supported with %s", name);
    }
    start(state, scan);
  }
  while (state->next == state->count) {
    if (!state->exhausted) {
      next_batch(state, scan);
    } else if (state->late_count > 0) {
      take_late(state);
    } else {
      return false;
    }
  }
  const FoundRow& row = state->rows[state->next++];
  ++state->total;
  ItemPointerSet(&scan->xs_heaptid, row.row.page, row.row.line);
  scan->xs_recheck = false;
  scan->xs_recheckorderby = false;
  return true;
}

void ivf_end_scan(IndexScanDesc scan) {
  IvfScan* state = scan_of(scan);
  if (state->index != nullptr) {
    state->index->rows_wanted = state->total;
  }
  if (state->work.lists > 0) {
    last_finished = {RelationGetRelid(scan->indexRelation), state->work};
  }
  close_heap(state);
  MemoryContextDelete(state->context);
  MemoryContextDelete(state->batch_context);
  pfree(state);
  scan->opaque = nullptr;
}

const ScanWork* ivf_scan_work(IndexScanDesc scan) {
  const bool ours = scan->indexRelation->rd_indam->amgettuple == ivf_get_tuple;
  return ours ? &scan_of(scan)->work : nullptr;
}

const FinishedScan& last_finished_scan() {
  return last_finished;
}

}  // namespace vecext::pg
