// How many rows to expect of a function. The server assumes 1000 if nobody has said how many it
// gives. In a condition its rows are what a user may see, such as tenants or groups, which are few.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"
}

namespace vecext::pg {

/// The rows expected of a subquery's plan, or of a path; at least one.
double expected_rows(const Plan* plan);
double expected_rows(PlannerInfo* root, const Path* path);

}  // namespace vecext::pg
