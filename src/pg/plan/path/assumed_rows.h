// Rows of which the server assumes a number: 1000 of a function, if nobody has said how many it
// gives, and ten elements of an array that a subquery makes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"
}

namespace vecext::pg {

/// The rows expected of a subquery's plan, or of a path; at least one. A function in a condition
/// gives what a user may see, such as tenants or groups, which are few.
double expected_rows(const Plan* plan);
double expected_rows(PlannerInfo* root, const Path* path);

/// The factor by which to correct the planner's estimate of the rows that match a relation's
/// conditions `x = ANY (ARRAY (SELECT …))`. It takes the number of rows that the planner expects of
/// each subquery as the number of elements. 1 if there is no such condition.
double growth_by_arrays(PlannerInfo* root, const RelOptInfo* rel);

}  // namespace vecext::pg
