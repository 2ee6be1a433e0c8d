// Conditions `x = ANY (ARRAY (SELECT …))`. The planner estimates them as if every such array had
// ten elements.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The factor by which to correct the planner's estimate of the rows that match a relation's
/// conditions of that kind. It takes the number of rows that the planner expects of each subquery
/// as the number of elements. 1 if there is no such condition.
double growth_by_arrays(PlannerInfo* root, const RelOptInfo* rel);

}  // namespace vecext::pg
