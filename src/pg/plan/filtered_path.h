// Paths of scans with conditions: for a table that is ordered by a distance which one of our
// indexes knows, and has other conditions as well.
#pragma once

#include "pg/plan/filtered_node.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Has the planner consider them. To be called once.
void offer_filtered_paths();

/// Can the node scan a table, with the conditions that it has?
bool can_be_filtered(const RelOptInfo* rel, const RangeTblEntry* rte);

/// What is known of a scan in the order of this path, of whose conditions no other index knows.
FilteredPlan plan_filtered_scan(PlannerInfo* root, const IndexPath* index);

/// Sets the costs of a path, as its plan says; `index` is the server's own path of the same index.
void cost_filtered_path(CustomPath* path, const FilteredPlan& plan, const Path* index);

}  // namespace vecext::pg
