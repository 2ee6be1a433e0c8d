// VACUUM and checking of indexes of posting lists.
#pragma once

#include "pg/am/common/index_description.h"
#include "pg/am/common/verify_walk.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// AccessMethod::bulk_delete, vacuum_cleanup.
IndexBulkDeleteResult* postings_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                            IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* postings_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

/// AccessMethod::verify.
void verify_posting_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);

/// For AccessMethod::describe: all but the metric.
IndexDescription describe_posting_lists(Relation index);

}  // namespace vecext::pg
