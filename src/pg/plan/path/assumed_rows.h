// Corrects numbers of rows that the server merely assumes: 1000 rows of a function whose ROWS
// nobody has set, and ten elements of an array that a subquery makes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"
}

namespace vecext::pg {

/// Return the number of rows expected of a subquery's plan, or of a path; at least one. A function
/// in a condition is assumed to return few rows, because it mostly returns what a user may see,
/// such as tenants or groups.
double expected_rows(const Plan* plan);
double expected_rows(PlannerInfo* root, const Path* path);

/// Returns the factor by which to correct the planner's estimate of the rows that match a
/// relation's conditions `x = ANY (ARRAY (SELECT …))`. The number of rows that the planner expects
/// of such a subquery is taken as the number of elements of its array. Returns 1 if there is no
/// such condition.
double growth_by_arrays(PlannerInfo* root, const RelOptInfo* rel);

}  // namespace vecext::pg
