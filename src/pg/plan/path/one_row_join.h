// Joins in which the query vector comes from another table of the FROM clause that has at most one
// row: `FROM docs d, (SELECT e FROM docs WHERE id = 7) q ORDER BY d.e <=> q.e`. The server does not
// order an index scan by a value of another table. A nested loop over that one row is in the order
// of the scan within it, to which the row gives the query vector.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Adds such a nested loop for each of this library's indexes on `inner` that can give the order by
/// a distance from a value of `outer`, if `outer` is known to have at most one row.
void add_one_row_joins(PlannerInfo* root, RelOptInfo* rel, RelOptInfo* outer, RelOptInfo* inner,
                       JoinType type, JoinPathExtraData* extra);

}  // namespace vecext::pg
