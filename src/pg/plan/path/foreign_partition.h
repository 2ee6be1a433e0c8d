// Which partitions are foreign tables of postgres_fdw that a query searches by a distance.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// True if the foreign table is one of postgres_fdw, whatever the names of its servers and wrappers
/// are.
bool is_of_postgres_fdw(const RelOptInfo* rel);

/// True if the relation is a foreign partition, or another foreign member of an Append, of
/// postgres_fdw, and the query's first key is a distance or a form of one. Other queries keep the
/// plans that they have without this library.
bool is_searched_foreign_partition(const PlannerInfo* root, const RelOptInfo* rel);

}  // namespace vecext::pg
