#include "pg/am/hnsw/hnsw_calibrate.h"

#include "core/graph/calibrate/calibrate.h"
#include "core/graph/flat/flat_calibrate.h"
#include "pg/am/build/build_work.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_construction.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Stores the calibration in the meta page. Backends load their cached models again.
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

}  // namespace vecext::pg
