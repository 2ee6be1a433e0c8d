// Rebuilds by inserts and by VACUUM. core/graph/update/rebuild_due.h tells when a rebuild is due. A
// graph that does not fit into maintenance_work_mem is constructed by shards.
#include "pg/am/hnsw/hnsw_rebuild.h"

#include <limits>

#include "core/graph/flat/flat_pending.h"
#include "core/graph/flat/flat_rebuild.h"
#include "core/graph/update/rebuild_due.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_construction.h"
#include "pg/am/hnsw/hnsw_calibrate.h"
#include "pg/am/hnsw/hnsw_private.h"
#include "pg/am/maintenance/optional_work.h"
#include "pg/am/maintenance/work_report.h"
#include "pg/am/hnsw/flat_build.h"
#include "pg/store/buffer_store.h"
#include "pg/store/truncate.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"
}

namespace vecext::pg {

namespace {

/// A graph is written twice if that shortens the file by more than this part of the graph's pages.
constexpr BlockNumber kWorthMoving = 4;

/// Returns the numbers of rows in the parts of an index. The number of pending rows is about as
/// many as `pending_pages` pages have.
PlacedRows placed_rows(const GraphModel& model, uint32 pending_pages) {
  return {.main = model.meta.parts[kMain].nodes,
          .delta = model.meta.parts[kDelta].nodes,
          .pending = static_cast<int64>(pending_pages) * usual_pending_rows(model)};
}

/// Reads the current meta page. The cached one does not have the current number of pending rows.
GraphMeta current_meta(Relation index) {
  BufferStore store(index, nullptr);
  GraphMeta meta{};
  check_index(index, read_graph_meta(store, &meta));
  return meta;
}

/// Returns the bytes of memory that a rebuild of `rows` rows takes.
Size memory_for(const GraphModel& model, int64 rows) {
  const auto n = static_cast<Size>(rows);
  if (!model.is_flat()) {
    return rebuild_bytes(model, construct_options(model.meta), construct_floats(model.meta), n);
  }
  const Size row = static_cast<Size>(model.meta.rotated) + sizeof(RowId) + sizeof(Size);
  return n * row + flat_bytes(model.meta, n);
}

/// True if the limits allow a rebuild of `rows` rows. Otherwise reports the reason at `level`. A
/// flat graph must fit into memory; other graphs use temporary files.
bool is_affordable(Relation index, const GraphModel& model, int64 rows, int level) {
  constexpr Size kKilobyte = 1024;
  const Size needed = memory_for(model, rows);
  const MaintenanceMemory most = maintenance_memory();
  if (needed <= most.bytes) {
    return true;
  }
  if (model.is_flat()) {
    report_work_left(index, level, ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
                     psprintf("its graph would take %zu MB, more than %s",
                              needed / (kKilobyte * kKilobyte), most.setting));
    return false;
  }
  const Size in_temp_files = graph::temp_file_bytes(model, static_cast<Size>(rows));
  if (temp_file_limit >= 0 && in_temp_files > static_cast<Size>(temp_file_limit) * kKilobyte) {
    report_work_left(index, level, ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
                     "its temporary files might exceed temp_file_limit");
    return false;
  }
  return true;
}

/// Returns about how many seconds a rebuild of `rows` rows takes on one thread.
double seconds_for(const GraphModel& model, int64 rows) {
  constexpr double kNeighbor = 0.3e-6;
  constexpr double kDimensionOfNeighbor = 0.01e-6;
  return static_cast<double>(rows) * model.meta.degree *
         (kNeighbor + kDimensionOfNeighbor * construct_floats(model.meta));
}

/// Reports a phase of a rebuild.
struct RebuildReport {
  WorkReport* report;
  const GraphModel* model;

  static void begin(void* self, RebuildPhase phase, Size rows) {
    const auto& [report, model] = *static_cast<RebuildReport*>(self);
    const auto n = static_cast<double>(rows);
    switch (phase) {
      case RebuildPhase::kReading:
        return report->begin("loading tuples", kLoading, n, Steps::kRows, n);
      case RebuildPhase::kConstructing:
        return report->begin("constructing graph", kConstructing, n, Steps::kWork,
                             construction_work(model->meta, n));
      case RebuildPhase::kWriting:
        return report->begin("writing pages", kWriting, n, Steps::kPages, graph_pages(*model, n));
      case RebuildPhase::kFreeing:
        return report->begin("freeing pages", kFreeing, n, Steps::kPages, n);
    }
  }
};

/// Where a graph is written: in the first free pages from `first` on. If is_moved is true, it is
/// then written once more, in the first free pages of the file.
struct Place {
  PageId first = 1;
  bool is_moved = false;
};

/// Rebuilds a graph, unless the limit, which may be null, is over before it is done.
Status rebuild_now(Relation index, Rebuilt rebuilt, const Place& place, WorkLimit* limit,
                   WorkReport* report) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext graph rebuild", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext scratch =
      AllocSetContextCreate(context, "vecext construction", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  const Arena arena = context_arena(context);
  BufferStore store(index, nullptr);
  store.add_from(place.first);
  GraphModel model;
  check_model(index, load_graph(store, arena, &model), model);
  RebuildReport reported{report, &model};
  RebuildWork work{construct_options(model.meta),
                   arena,
                   context_arena(scratch),
                   maintenance_memory().bytes,
                   temp_files(),
                   RebuildReport::begin,
                   &reported,
                   this_writer()};
  if (limit != nullptr) {
    work.construction.parallel.stop = WorkLimit::is_over;
    work.construction.parallel.stop_context = limit;
  }
  RebuiltGraph graph;
  Status status = model.is_flat()
                      ? rebuild_flat(store, &model, work)
                      : rebuild(store, &model, rebuilt, construct_floats(model.meta), work, &graph);
  bool is_to_repeat = status.ok() && place.is_moved;
  if (is_to_repeat && graph.is_in_memory) {
    BufferStore front(index, nullptr);
    front.add_from(Place().first);
    check_model(index, load_graph(front, arena, &model), model);
    status = move_graph(front, &model, graph, work);
    is_to_repeat = status.code == StatusCode::kStale;
  }
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  return is_to_repeat ? rebuild_now(index, rebuilt, {}, limit, report) : status;
}

/// Runs the trials of the main graph, which has been rebuilt, unless the limit is over.
void try_graph(Relation index, WorkLimit* limit, WorkReport* report) {
  if (limit == nullptr || !WorkLimit::is_over(limit)) {
    const double nodes = cached_graph(index)->model.meta.parts[kMain].nodes;
    report->begin("trying searches", kTrying, nodes, Steps::kRows, nodes);
    calibrate_graph(index);
  }
}

/// True for the kinds of pages that a rebuild of the main graph replaces.
bool is_of_graphs(PageKind kind) {
  return kind != PageKind::kMeta && kind != PageKind::kKeyRoot && kind != PageKind::kKeys;
}

/// Returns the share of the living rows that the main graph would have if the delta graph stayed
/// beside it. Returns 1 if there is no delta graph.
double share_beside_delta(Relation index, int64 living) {
  BufferStore store(index, nullptr);
  int64 delta = 0;
  check_index(index, count_rows(store, cached_graph(index)->model, kDelta, &delta));
  return 1 - static_cast<double>(delta) / static_cast<double>(Max(living, 1));
}

/// Returns about how many pages `rows` rows take, by the number of pages that the nodes of the
/// index take now.
BlockNumber pages_for(Relation index, const PagesInUse& use, int64 rows) {
  const double nodes = Max(cached_graph(index)->model.nodes(), 1);
  const double pages = static_cast<double>(rows) / nodes * use.movable + 1;
  return static_cast<BlockNumber>(Min(pages, static_cast<double>(MaxBlockNumber / 2)));
}

/// Rebuilds the main graph, of `living` rows, in the first free pages. These pages may lie so far
/// back that the file could end much earlier. The graph is then first written behind that earlier
/// end, and afterwards once more before it: moving a node changes all links to it, so a graph moves
/// only as a whole. If the file would grow, and free pages suffice for the main graph without its
/// dead nodes, that graph is rebuilt first, and takes in the delta graph afterwards.
Status rebuild_in_front(Relation index, int64 living, WorkLimit* limit, WorkReport* report) {
  const PagesInUse use = pages_in_use(index, is_of_graphs);
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  const BlockNumber needed = pages_for(index, use, living);
  const BlockNumber end = Max(free_pages_end(index, needed), use.fixed_end);
  // This is the earliest end of the file: all pages before it belong to the graph or are fixed.
  const BlockNumber least_end = Max(needed + use.fixed, use.fixed_end);
  if (least_end <= pages && end > least_end && end - least_end > needed / kWorthMoving &&
      could_truncate(index)) {
    return rebuild_now(index, Rebuilt::kBoth, {least_end, true}, limit, report);
  }
  if (end > pages) {
    const double beside_delta = share_beside_delta(index, living);
    if (beside_delta < 1 && beside_delta * needed <= pages - use.all()) {
      VECEXT_TRY(rebuild_now(index, Rebuilt::kMain, {}, limit, report));
    }
  }
  return rebuild_now(index, Rebuilt::kBoth, {}, limit, report);
}

/// True if more than half of the file up to the graph's end is free, so that a second graph fits
/// there.
bool is_far_behind(Relation index) {
  constexpr BlockNumber kFewPages = 64;
  const PagesInUse use = pages_in_use(index, is_of_graphs);
  return use.movable_end / 2 >= use.least_end() + kFewPages;
}

/// Tells whether a rebuild is due, and of which graph. On servers that call the index at the end of
/// a statement, the delta graph is rebuilt only then (`at_end`). At the end of a transaction
/// (`no_more`), the delta graph is rebuilt even if the main graph is soon to take in all rows,
/// because the transaction adds no more rows.
struct Due {
  bool is_due;
  Part part;
};
Due due_for_inserter(const CachedGraph& cached, const PlacedRows& rows, bool at_end, bool no_more) {
  const GraphModel& model = cached.model;
  const bool is_put_off = is_work_put_off(cached, kMain);
  if (is_main_due(rows, model.is_flat()) && !is_put_off) {
    return {true, kMain};
  }
  return {!model.is_flat() &&
              is_delta_due(rows, many_pending(model.dims()), is_put_off || no_more) &&
              (at_end || !kHasInsertCleanup) && !is_work_put_off(cached, kDelta),
          kDelta};
}

/// Calls rebuild(limit), which returns a Status, as optional work. If rebuild() fails, frees the
/// pages that it has written, as later rows may need them on a full disk. The pages are not freed
/// if the time of the statement is limited.
template <class Rebuild>
bool try_rebuild(Relation index, double seconds, int level, Rebuild rebuild) {
  constexpr double kAnyTime = std::numeric_limits<double>::infinity();
  volatile bool has_begun = false;
  const bool is_done = try_work(index, seconds, level, [&](WorkLimit* limit) {
    has_begun = true;
    return rebuild(limit);
  });
  if (has_begun && !is_done) {
    try_work(index, kAnyTime, DEBUG1, [&](WorkLimit*) {
      if (try_lock_changes(index)) {
        free_interrupted_rebuild(index);
        unlock_changes(index);
      }
      return Status{};
    });
  }
  return is_done;
}

/// The number of pages of pending rows: of the rows of all, and of this transaction's private
/// chain.
struct PendingPages {
  uint32 of_all;
  uint32 own;

  /// Returns the number of pages that are filled, or nearly so. If there is a chain, the last page
  /// of the rows of all does not count, because it was hardly begun when the chain was opened.
  uint32 filled() const { return of_all + own - (own > 0 ? 1 : 0); }
};

PendingPages current_pages(Relation index) {
  GraphMeta meta = current_meta(index);
  const PrivateChain* own = find_private(&meta.privates, this_writer());
  return {meta.pending_pages, own == nullptr ? 0 : own->pages};
}

/// True if a rebuild of the part is still due now that this backend has the lock. Before that,
/// another backend may have rebuilt the part.
bool is_left(const GraphModel& model, Part part, const PendingPages& before,
             const PendingPages& now) {
  if (now.own == 0) {
    return now.of_all >= before.of_all;
  }
  const PlacedRows placed = placed_rows(model, now.filled());
  return part == kMain ? is_main_due(placed, model.is_flat())
                       : is_delta_due(placed, many_pending(model.dims()), true);
}

/// Takes lock_changes(), at once or, if `waits` is true, within ten seconds. Returns false if other
/// changes of the index last longer. It tries again and again in place of waiting for the lock,
/// because the server ends an autovacuum that holds a lock for which others wait.
bool try_lock_for_inserter(Relation index, bool waits, WorkLimit* limit) {
  constexpr long kPauseMilliseconds = 50;
  constexpr int kMostPauses = 200;
  for (int i = 0; !try_lock_changes(index); ++i) {
    if (!waits || i == kMostPauses || WorkLimit::is_over(limit)) {
      return false;
    }
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, kPauseMilliseconds,
              PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  }
  return true;
}

/// Rebuilds a graph if that is due. If other changes of the index last longer than the insert may
/// wait, leaves the work to later inserts.
void rebuild_for_inserter(Relation index, const PendingPages& pages, bool at_end, bool waits) {
  CachedGraph* cached = cached_graph(index);
  const GraphModel& model = cached->model;
  const PlacedRows placed = placed_rows(model, pages.filled());
  const Due due = due_for_inserter(*cached, placed, at_end, pages.own > 0);
  if (!due.is_due) {
    return;
  }
  const int64 rows = placed.outside() + (due.part == kMain ? placed.main : 0);
  const auto work = [&](WorkLimit* limit) {
    Status status;
    if (!try_lock_for_inserter(index, waits, limit)) {
      return status;
    }
    // Another backend may have done the rebuild meanwhile.
    if (is_left(cached_graph(index)->model, due.part, pages, current_pages(index))) {
      WorkReport report(index);
      status = rebuild_now(index, due.part == kDelta ? Rebuilt::kDelta : Rebuilt::kBoth, {}, limit,
                           &report);
      if (status.ok() && due.part == kMain) {
        try_graph(index, limit, &report);
      }
      if (status.ok()) {
        report.end(static_cast<double>(rows));
      }
    }
    unlock_changes(index);
    return status;
  };
  put_off_work(cached, due.part);
  if (is_affordable(index, model, rows, LOG) &&
      try_rebuild(index, seconds_for(model, rows), LOG, work)) {
    work_is_done(cached_graph(index), due.part);
  }
}

}  // namespace

void free_interrupted_rebuild(Relation index) {
  if (read_meta_head(index, nullptr).is_unfinished != 0) {
    BufferStore store(index, nullptr);
    check_index(
        index, free_unused(store, cached_graph(index)->model, context_arena(CurrentMemoryContext)));
  }
}

bool rebuild_graph(Relation index) {
  free_interrupted_rebuild(index);
  join_ended_transactions(index);
  BufferStore store(index, nullptr);
  bool has_work;
  check_index(index, find_work(store, cached_graph(index)->model, this_writer(), &has_work));
  if (has_work) {
    WorkReport report(index);
    check_index(index, rebuild_now(index, Rebuilt::kBoth, {}, nullptr, &report));
    try_graph(index, nullptr, &report);
    report.end(cached_graph(index)->model.nodes());
  }
  return has_work;
}

void rebuild_if_many(Relation index, uint32 pending_pages) {
  rebuild_for_inserter(index, {pending_pages, 0}, false, false);
}

void rebuild_after_inserts(Relation index) {
  rebuild_for_inserter(index, {current_meta(index).pending_pages, 0}, true, false);
}

void rebuild_with_private(Relation index, int64 least) {
  PendingPages pages = current_pages(index);
  if (pages.own * int64{cached_graph(index)->model.pending.places} < least) {
    return;
  }
  rebuild_for_inserter(index, pages, true, true);
  pages = current_pages(index);
  if (pages.own > 0) {
    // Another backend may have rebuilt one part meanwhile, so that the other part is due now.
    rebuild_for_inserter(index, pages, true, false);
  }
}

void rebuild_if_due(Relation index, int64 living) {
  join_ended_transactions(index);
  const GraphModel& model = cached_graph(index)->model;
  const PlacedRows placed = placed_rows(model, current_meta(index).pending_pages - 1);
  const bool is_due = is_due_for_vacuum(placed, living);
  const int64 rows = Min(living, placed.main) + placed.outside();
  // The number of living rows is known only if this VACUUM has removed rows.
  const bool is_behind =
      !is_due && living != PG_INT64_MAX && could_truncate(index) && is_far_behind(index);
  const int level = is_due ? WARNING : DEBUG1;
  if ((!is_due && !is_behind) || !is_affordable(index, model, rows, level)) {
    return;
  }
  const uint64 changes = model.meta.head.changes;
  try_rebuild(index, seconds_for(model, rows), level, [&](WorkLimit* limit) {
    Status status;
    lock_changes(index);
    // Another backend may have rebuilt the graph meanwhile.
    if (cached_graph(index)->model.meta.head.changes == changes) {
      WorkReport report(index);
      status = rebuild_in_front(index, Min(living, placed.main + placed.outside()), limit, &report);
      // A graph that is only moved needs no new trials.
      if (status.ok() && is_due) {
        try_graph(index, limit, &report);
      }
      if (status.ok()) {
        report.end(cached_graph(index)->model.nodes());
      }
    }
    unlock_changes(index);
    return status;
  });
}

}  // namespace vecext::pg
