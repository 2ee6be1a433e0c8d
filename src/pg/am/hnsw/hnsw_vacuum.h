// VACUUM of hnsw indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

IndexBulkDeleteResult* hnsw_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                        IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* hnsw_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

}  // namespace vecext::pg
