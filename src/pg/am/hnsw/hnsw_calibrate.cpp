#include "pg/am/hnsw/hnsw_calibrate.h"

#include "core/graph/calibrate/calibrate.h"
#include "core/graph/calibrate/observed_search.h"
#include "core/graph/flat/flat_calibrate.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/am/common/target_recall.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_construction.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Stores the calibration in the meta page. Also raises the count of changes, so that all backends
/// load their cached models again.
void keep_calibration(Relation index, const GraphCalibration& calibration) {
  BufferStore store(index, nullptr);
  BufferEdit edit = store.edit();
  std::byte* page;
  const Status status = edit.page(kMetaPage, &page);
  if (!status.ok()) {
    edit.abandon();
    check_index(index, status);
  }
  GraphMeta* meta = graph_meta_of(page);
  meta->calibration = calibration;
  ++meta->head.changes;
  edit.commit();
}

}  // namespace

void calibrate_graph(Relation index) {
  CachedGraph* cached = cached_graph(index);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext calibration", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, &cached->buffers);
  GraphCalibration calibration;
  const CalibrationWork work{.threads = build_threads(),
                             .seed = cached->model.meta.seed,
                             .arena = context_arena(context),
                             .frontier = search_workspace()};
  check_index(index, cached->model.is_flat()
                         ? calibrate_flat(store, cached->model, work, &calibration)
                         : calibrate(store, cached->model, work, &calibration));
  MemoryContextDelete(context);
  keep_calibration(index, calibration);
}

void observe_search(CachedGraph* cached, Relation index, BufferStore& store,
                    const GraphQuery& query, const GraphLimits& limits, const FirstSearch& search) {
  const GraphModel& model = cached->model;
  const GraphCalibration& trials = model.meta.calibration;
  const std::uint32_t nodes = model.meta.parts[kMain].nodes;
  constexpr double kFewerMissing = 5;  // the first search may miss so many times as many rows as
                                       // the further one
  constexpr float kMoreVisits = 8;
  const float harder = harder_now(cached->effort, search.way, search.wanted);
  const float first = limits.slack[kMain];
  GraphLimits limits_further = limits;
  // A search with only a little more slack than the first would not find the rows that the first
  // has missed.
  const float much = slack_for(for_few_rows(trials, search.wanted),
                               1 - (1 - target_recall) / kFewerMissing, nodes, limits.ef);
  limits_further.slack[kMain] = Max(first, much);
  limits_further.most_nodes = PG_INT64_MAX;  // the follower ends the search
  const Arena arena = context_arena(CurrentMemoryContext);
  ObservedSearch follower(arena, search.visits, kMoreVisits * harder);
  Candidates further(arena);
  GraphCounts counts{};
  // The first search was sound, so a Status that is not ok here does not mean that the index is
  // damaged.
  if (search_graph(store, model, query, limits_further, search_workspace(), &further, &counts,
                   &follower)
          .ok()) {
    note_observed(cached, index,
                  {.first = search.found,
                   .effort = first,
                   .steps = static_cast<double>(search.visits),
                   .further = &further,
                   .noted = &follower.rows(),
                   .unit = unit_of_effort(trials, nodes, limits.ef),
                   .way = search.way,
                   .wanted = search.wanted,
                   .nearest = search.nearest});
  }
}

}  // namespace vecext::pg
