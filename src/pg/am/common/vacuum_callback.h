// What the VACUUM of every access method has: whom to ask about rows, and what to tell.
#pragma once

#include "core/page/dead_rows.h"
#include "pg/sys/pg.h"
#include "pg/sys/row_id.h"

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

/// RemovedRows::is_dead, by a VacuumCallback.
inline bool is_dead_row(void* context, RowId row) {
  const auto* callback = static_cast<const VacuumCallback*>(context);
  ItemPointerData tid = item_pointer(row);
  return callback->is_dead(&tid, callback->state);
}

/// Reports the blocks of a pass, all or those done, where it validates an index that is created
/// concurrently.
inline void report_blocks(const IndexVacuumInfo* info, int param, BlockNumber blocks) {
  if (info->report_progress) {
    pgstat_progress_update_param(param, blocks);
  }
}

/// Adds what a pass has done to the statistics, which are made if they are null.
inline IndexBulkDeleteResult* add_removed(IndexBulkDeleteResult* stats, const RemovedRows& rows) {
  if (stats == nullptr) {
    stats = static_cast<IndexBulkDeleteResult*>(palloc0(sizeof(IndexBulkDeleteResult)));
  }
  stats->tuples_removed += static_cast<double>(rows.removed);
  stats->num_index_tuples = static_cast<double>(rows.left);
  return stats;
}

/// amvacuumcleanup's statistics; those of passes before, or null.
inline IndexBulkDeleteResult* finish_stats(const IndexVacuumInfo* info,
                                           IndexBulkDeleteResult* stats) {
  if (stats == nullptr) {
    stats = static_cast<IndexBulkDeleteResult*>(palloc0(sizeof(IndexBulkDeleteResult)));
    stats->estimated_count = true;
    stats->num_index_tuples = info->num_heap_tuples;
  }
  stats->num_pages = RelationGetNumberOfBlocks(info->index);
  return stats;
}

}  // namespace vecext::pg
