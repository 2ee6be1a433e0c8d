// Walking an index to look at it.
#pragma once

#include "core/ivf/verify.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tableam.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Checks the index's pages with a current model and shows each row to `visitor`, after it has
/// called begin(visitor.context, model): the model lives as long as the rows are shown. Where lists
/// were made anew meanwhile, it begins again.
Survey survey_index(Relation index, const RowVisitor& visitor,
                    void (*begin)(void* context, const Model& model), Finding* finding);

/// Calls `callback` for the rows of the table that the index should have and the active snapshot
/// sees, which is older than anything that is found in the index from now on.
void scan_indexed_rows(Relation heap, Relation index, IndexBuildCallback callback, void* context);

}  // namespace vecext::pg
