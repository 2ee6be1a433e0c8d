// Paths of filtered scans: for a table that has conditions, and that the query orders by a distance
// for which one of this library's indexes exists.
#pragma once

#include "pg/plan/path/filtered_node.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Installs the planner's hook. It has to be called once, when the library is loaded.
void offer_filtered_paths();

/// True if the node can scan the table, which must be a heap table without volatile conditions.
bool can_be_filtered(PlannerInfo* root, const RelOptInfo* rel, const RangeTblEntry* rte);

/// Returns the plan of a filtered scan in the order of this path, without a row set.
FilteredPlan plan_filtered_scan(PlannerInfo* root, const IndexPath* index);

/// Returns a filtered path of the path's index, if there are conditions that it can check, and
/// otherwise the path itself.
Path* with_conditions(PlannerInfo* root, IndexPath* index);

}  // namespace vecext::pg
