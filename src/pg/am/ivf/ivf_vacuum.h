// VACUUM of ivfflat and ivfpq indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

IndexBulkDeleteResult* ivf_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                       IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* ivf_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

}  // namespace vecext::pg
