#include "pg/am/hnsw_vacuum.h"

#include "core/graph/graph_vacuum.h"
#include "pg/am/graph_cache.h"
#include "pg/am/vacuum_callback.h"
#include "pg/store/buffer_store.h"

namespace vecext::pg {

IndexBulkDeleteResult* hnsw_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                        IndexBulkDeleteCallback callback, void* callback_state) {
  const Relation index = info->index;
  VacuumCallback asked{callback, callback_state};
  RemovedRows rows{is_dead_row, &asked, 0, 0};
  BufferStore store(index, nullptr);
  const GraphModel& model = cached_graph(index)->model;
  // Rows in pages added from now on are not known to be dead.
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  for (BlockNumber page = kGraphMetaPage + 1; page < pages; ++page) {
    delay_vacuum();
    check_index(index, remove_graph_rows(store, model, page, &rows));
  }
  return add_removed(stats, rows);
}

IndexBulkDeleteResult* hnsw_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
  return info->analyze_only ? stats : finish_stats(info, stats);
}

}  // namespace vecext::pg
