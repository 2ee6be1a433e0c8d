#include "pg/am/ivf/ivf.h"

#include "core/ivf/lists/list_vacuum.h"
#include "pg/am/ivf/ivf_rebalance.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/am/common/vacuum_callback.h"
#include "pg/store/truncate.h"
#include "pg/sys/error_scope.h"
#include "pg/sys/index_functions.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/table.h"
#include "storage/indexfsm.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The reason that is reported if lists are not compacted because an error in a function of the
/// index could leave more behind than can be cleaned up without a subtransaction.
constexpr char kNoScope[] = "a function of it is not called in a VACUUM with parallel workers";

/// Merges and rewrites lists from which many rows were removed, and moves lists to the front of the
/// file.
void compact(Relation index) {
  if (!may_begin_subtransaction() && !has_compiled_functions_alone(RelationGetRelid(index))) {
    report_work_left(index, WARNING, ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, kNoScope);
    return;
  }
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  // Each change of a list is short, and the limit is checked before the next one.
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

/// Removes dead rows, and frees the pages that belong to no list of the directory. The caller holds
/// lock_changes().
void remove_and_free(const IndexVacuumInfo* info, RemovedRows* rows) {
  const Relation index = info->index;
  BufferStore store(index, nullptr);
  const ivf::Model& model = cached_index(index)->model;
  // Pages that are added meanwhile have only rows that this VACUUM does not know as dead.
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  auto* use = huge_array<ivf::PageUse>(pages);
  std::fill_n(use, pages, ivf::PageUse{});
  vacuum_pages(info, pages,
               [&](PageId page) { return remove_rows(store, model, page, rows, &use[page]); });
  check_index(index, mark_in_use(store, model, pages, use));
  check_index(index, ivf::free_unused(store, pages, use));
  pfree(use);
}

}  // namespace

void free_interrupted_lists(Relation index) {
  if (read_meta_head(index, nullptr).is_unfinished != 0) {
    IndexVacuumInfo info{};
    info.index = index;
    RemovedRows none{[](void*, RowId) { return false; }, nullptr, 0, 0};
    remove_and_free(&info, &none);
  }
}

IndexBulkDeleteResult* ivf_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                       IndexBulkDeleteCallback callback, void* callback_state) {
  const Relation index = info->index;
  VacuumCallback asked{callback, callback_state};
  RemovedRows rows{is_dead_row, &asked, 0, 0};
  // Without the lock, a split could copy dead rows from pages that this pass has yet to read to
  // pages that it has already read.
  lock_changes(index);
  remove_and_free(info, &rows);
  unlock_changes(index);
  remove_keys(info, &asked);
  return add_removed(stats, rows);
}

IndexBulkDeleteResult* ivf_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
  if (info->analyze_only) {
    return stats;
  }
  if (stats != nullptr && stats->tuples_removed > 0) {
    compact(info->index);
  }
  if (stats == nullptr && try_lock_changes(info->index)) {
    free_interrupted_lists(info->index);
    unlock_changes(info->index);
  }
  truncate_free_end(info->index);
  IndexFreeSpaceMapVacuum(info->index);
  return finish_stats(info, stats);
}

}  // namespace vecext::pg
