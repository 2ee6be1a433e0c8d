#include "pg/am/hnsw/hnsw.h"

#include "core/graph/update/rebuild.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_rebuild.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/common/vacuum_callback.h"
#include "pg/store/buffer_store.h"
#include "pg/store/truncate.h"
#include "pg/sys/memory.h"

extern "C" {
#include "storage/indexfsm.h"
}

namespace vecext::pg {

IndexBulkDeleteResult* hnsw_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                        IndexBulkDeleteCallback callback, void* callback_state) {
  const Relation index = info->index;
  VacuumCallback asked{callback, callback_state};
  RemovedRows rows{is_dead_row, &asked, 0, 0};
  BufferStore store(index, nullptr);
  // Without the lock, a rebuild could copy dead rows from pages that this pass has yet to read to
  // pages that it has already read.
  lock_changes(index);
  const GraphModel& model = cached_graph(index)->model;
  // Pages that are added from now on have only rows that this VACUUM does not know as dead.
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  vacuum_pages(info, pages,
               [&](PageId page) { return remove_graph_rows(store, model, page, &rows); });
  store.at(Moment::kBetweenPasses);
  check_index(index, free_unused(store, model, context_arena(CurrentMemoryContext)));
  unlock_changes(index);
  remove_keys(info, &asked);
  return add_removed(stats, rows);
}

IndexBulkDeleteResult* hnsw_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
  if (info->analyze_only) {
    return stats;
  }
  if (stats == nullptr && try_lock_changes(info->index)) {
    free_interrupted_rebuild(info->index);
    unlock_changes(info->index);
  }
  rebuild_if_due(info->index,
                 stats != nullptr ? static_cast<int64>(stats->num_index_tuples) : PG_INT64_MAX);
  truncate_free_end(info->index);
  IndexFreeSpaceMapVacuum(info->index);
  return finish_stats(info, stats);
}

}  // namespace vecext::pg
