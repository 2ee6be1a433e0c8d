// The LIMIT of a query over a partitioned table, sent to the servers of partitions that are foreign
// tables of postgres_fdw. By itself, postgres_fdw sends the LIMIT of a query over one foreign table
// and only the ORDER BY to a partition, whose server then sends fetch_size rows and goes on
// searching.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Replaces the path of a searched foreign partition that is in the query's order by one that
/// returns only the LIMIT first rows, if the query needs no more of them and postgres_fdw can send
/// the LIMIT with the partition's conditions.
void limit_foreign_path(PlannerInfo* root, RelOptInfo* rel);

/// True if limit_foreign_path() has made the path.
bool is_limited_foreign_path(const ForeignPath* path);

}  // namespace vecext::pg
