// VACUUM of ivfflat and ivfpq indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "utils/rel.h"
}

namespace vecext::pg {

IndexBulkDeleteResult* ivf_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                       IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* ivf_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

/// Frees the pages that an interrupted change of lists has left, if there was one. The caller holds
/// lock_changes().
void free_interrupted_lists(Relation index);

}  // namespace vecext::pg
