// The rows of a table that an index should have.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/tableam.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Calls `callback` for the rows of the table that the index should have and that the active
/// snapshot sees.
void scan_indexed_rows(Relation heap, Relation index, IndexBuildCallback callback, void* context);

}  // namespace vecext::pg
