// What filtered paths cost, and the estimates that the costs depend on.
#pragma once

#include "pg/am/cost/cost_constants.h"
#include "pg/plan/scan/filtered_plan.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Returns the costs of a row and a page of the set that a bitmap gives. They are the costs for the
/// bitmap's most expensive index: if one index can only make a bitmap, and not a list of rows, the
/// other indexes have to make bitmaps too (pg/rowset).
SetCost set_cost_of(const Path* bitmap);

/// True if it is a guess how many rows fulfil the table's conditions. The condition `limit`, which
/// limits the distance, does not count; it may be null.
bool has_guess(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* limit);

/// Sets the costs of a path by its plan. `index` is the server's own path of the same index.
void cost_filtered_path(PlannerInfo* root, CustomPath* path, const FilteredPlan& plan,
                        const Path* index);

}  // namespace vecext::pg
