// What VACUUM has in common in all access methods: the server's callback that tells which rows are
// dead, and statistics.
#pragma once

#include "core/page/dead_rows.h"
#include "core/page/meta_head.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"
#include "pg/sys/row_id.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/genam.h"
#include "commands/progress.h"
#include "utils/backend_progress.h"
#include "utils/rel.h"
}

namespace vecext::pg {

struct VacuumCallback {
  IndexBulkDeleteCallback is_dead;
  void* state;
};

/// Implements RemovedRows::is_dead; `context` is a VacuumCallback. Returns false for a row id that
/// no row can have, which comes from a damaged page: the server's callback must not see it.
inline bool is_dead_row(void* context, RowId row) {
  const auto* callback = static_cast<const VacuumCallback*>(context);
  ItemPointerData tid = item_pointer(row);
  return ItemPointerIsValid(&tid) && callback->is_dead(&tid, callback->state);
}

/// Reports a number of blocks as progress, if the pass validates an index that is created
/// concurrently.
inline void report_blocks(const IndexVacuumInfo* info, int param, BlockNumber blocks) {
  if (info->report_progress) {
    pgstat_progress_update_param(param, blocks);
  }
}

/// Calls remove(page), which returns a Status, for each of the first `pages` pages except the meta
/// page. Raises a Status that is not ok.
template <class Remove>
void vacuum_pages(const IndexVacuumInfo* info, BlockNumber pages, const Remove& remove) {
  report_blocks(info, PROGRESS_SCAN_BLOCKS_TOTAL, pages);
  for (BlockNumber page = kMetaPage + 1; page < pages; ++page) {
    delay_vacuum();
    report_blocks(info, PROGRESS_SCAN_BLOCKS_DONE, page);
    check_index(info->index, remove(page));
  }
  report_blocks(info, PROGRESS_SCAN_BLOCKS_DONE, pages);
}

/// Adds the result of a pass to the statistics, which are allocated if `stats` is null.
inline IndexBulkDeleteResult* add_removed(IndexBulkDeleteResult* stats, const RemovedRows& rows) {
  if (stats == nullptr) {
    stats = palloc0_object<IndexBulkDeleteResult>();
  }
  stats->tuples_removed += static_cast<double>(rows.removed);
  stats->num_index_tuples = static_cast<double>(rows.left);
  return stats;
}

/// Returns the result of amvacuumcleanup. `stats` are the statistics of the passes before the
/// cleanup, or null if there was no pass.
inline IndexBulkDeleteResult* finish_stats(const IndexVacuumInfo* info,
                                           IndexBulkDeleteResult* stats) {
  if (stats == nullptr) {
    stats = palloc0_object<IndexBulkDeleteResult>();
    stats->estimated_count = true;
    stats->num_index_tuples = info->num_heap_tuples;
  }
  stats->num_pages = RelationGetNumberOfBlocks(info->index);
  return stats;
}

}  // namespace vecext::pg
