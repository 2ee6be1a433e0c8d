#include "pg/am/ivf/ivf_vacuum.h"

#include "core/ivf/lists/vacuum.h"
#include "pg/am/ivf/ivf_rebalance.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/am/common/vacuum_callback.h"
#include "pg/store/truncate.h"

extern "C" {
#include "access/table.h"
#include "storage/indexfsm.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Merges and rewrites the lists that removed rows have left thin, and gathers them in front.
void compact(Relation index) {
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  // A change of lists is short, and the next one is begun only while there is time.
  constexpr double kSeconds = 0;
  try_work(index, kSeconds, WARNING, [index, heap](WorkLimit* limit) {
    lock_changes(index);
    compact_lists(index, heap, limit);
    if (could_truncate(index)) {
      move_lists_to_front(index, heap, limit);
    }
    unlock_changes(index);
    return Status{};
  });
  table_close(heap, AccessShareLock);
}

}  // namespace

IndexBulkDeleteResult* ivf_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                       IndexBulkDeleteCallback callback, void* callback_state) {
  const Relation index = info->index;
  VacuumCallback asked{callback, callback_state};
  RemovedRows rows{is_dead_row, &asked, 0, 0};
  BufferStore store(index, nullptr);
  // A split would copy rows that this pass has been asked about already.
  lock_changes(index);
  const ivf::Model& model = cached_index(index)->model;
  // Pages added meanwhile hold rows that this VACUUM does not know to be dead.
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  auto* use = static_cast<ivf::PageUse*>(MemoryContextAllocHuge(CurrentMemoryContext, pages));
  memset(use, 0, pages);
  report_blocks(info, PROGRESS_SCAN_BLOCKS_TOTAL, pages);
  for (BlockNumber page = kMetaPage + 1; page < pages; ++page) {
    delay_vacuum();
    report_blocks(info, PROGRESS_SCAN_BLOCKS_DONE, page);
    check_index(index, remove_rows(store, model, page, &rows, &use[page]));
  }
  report_blocks(info, PROGRESS_SCAN_BLOCKS_DONE, pages);
  check_index(index, mark_in_use(store, model, pages, use));
  check_index(index, ivf::free_unused(store, pages, use));
  pfree(use);
  unlock_changes(index);
  remove_keys(index, &asked);
  return add_removed(stats, rows);
}

IndexBulkDeleteResult* ivf_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
  if (info->analyze_only) {
    return stats;
  }
  if (stats != nullptr && stats->tuples_removed > 0) {
    compact(info->index);
  }
  truncate_free_end(info->index);
  IndexFreeSpaceMapVacuum(info->index);
  return finish_stats(info, stats);
}

}  // namespace vecext::pg
