// Making a graph again: it takes in the pending rows, and is rid of dead nodes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Makes the graph of an index again, if it has pending rows or nodes without a row; says whether
/// it did. Other changes must be locked out.
bool rebuild_graph(Relation index);

/// To be called when pending rows have filled another page, `pending_pages` in all, and at the end
/// of a statement that inserted some: makes the graph, or the delta graph, again where they are
/// many and nobody else does or vacuums.
void rebuild_if_many(Relation index, uint32 pending_pages);
void rebuild_after_inserts(Relation index);

/// The same for VACUUM, which waits for others; `living` rows are left, PG_INT64_MAX if unknown.
void rebuild_if_due(Relation index, int64 living);

}  // namespace vecext::pg
