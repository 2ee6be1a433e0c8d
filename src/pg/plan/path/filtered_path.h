// Paths of filtered scans: for a table that the query orders by a distance that one of our indexes
// supports, and that has other conditions as well.
#pragma once

#include "pg/plan/path/filtered_node.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Installs the planner's hook. Call once, when the library is loaded.
void offer_filtered_paths();

/// True if the node can scan the table: a heap table without volatile conditions.
bool can_be_filtered(PlannerInfo* root, const RelOptInfo* rel, const RangeTblEntry* rte);

/// The plan of a filtered scan in the order of this path, without a row set.
FilteredPlan plan_filtered_scan(PlannerInfo* root, const IndexPath* index);

/// The path, or a filtered path of its index if it has conditions which that can check.
Path* with_conditions(PlannerInfo* root, IndexPath* index);

}  // namespace vecext::pg
