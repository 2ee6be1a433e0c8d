// Conditions `x = ANY (ARRAY (SELECT …))`, of which the planner thinks as of arrays of ten
// elements.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// How many times as many rows match a relation's conditions of that kind as the planner thinks, by
/// how many rows it expects of their queries.
double growth_by_arrays(PlannerInfo* root, const RelOptInfo* rel);

}  // namespace vecext::pg
