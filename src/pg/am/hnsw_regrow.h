// Making a graph anew: it takes in the fresh rows, and is rid of dead nodes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Makes the graph of an index anew, if it has fresh rows or nodes without a row; says whether it
/// did. Other changes must be locked out.
bool regrow_graph(Relation index);

/// To be called when fresh rows have filled another page, `fresh_pages` in all, and at the end of a
/// statement that inserted some: makes the graph, or the young one, anew where they are many and
/// nobody else does or vacuums.
void regrow_if_many(Relation index, uint32 fresh_pages);
void regrow_after_inserts(Relation index);

/// The same for VACUUM, which waits for others; `living` rows are left, PG_INT64_MAX if unknown.
void regrow_if_due(Relation index, int64 living);

}  // namespace vecext::pg
