// VACUUM and checking of bm25 indexes.
#pragma once

#include "pg/am/common/index_description.h"
#include "pg/am/common/verify_walk.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

IndexBulkDeleteResult* bm25_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                        IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* bm25_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

/// The same for any index on core/text; the description has no metric.
void verify_posting_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);
IndexDescription describe_posting_lists(Relation index);

/// AccessMethod::verify, describe.
void verify_texts(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);
IndexDescription describe_texts(Relation index);

}  // namespace vecext::pg
