// VACUUM of indexes of posting lists, and checks of them.
#pragma once

#include "pg/am/common/index_description.h"
#include "pg/am/common/verify_walk.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// Implement AccessMethod::bulk_delete and AccessMethod::vacuum_cleanup.
IndexBulkDeleteResult* postings_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                            IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* postings_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

/// Implements AccessMethod::verify.
void verify_posting_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);

/// Describes all but the metric, for AccessMethod::describe.
IndexDescription describe_posting_lists(Relation index);

}  // namespace vecext::pg
