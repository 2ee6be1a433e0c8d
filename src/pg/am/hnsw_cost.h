// What the planner is told of a scan of an hnsw index.
#pragma once

#include "pg/am/ordered_cost.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

void hnsw_cost_estimate(PlannerInfo* root, IndexPath* path, double loop_count, Cost* startup,
                        Cost* total, Selectivity* selectivity, double* correlation, double* pages);

/// What the nodes of an hnsw index are like: a flat graph's have no codes.
NodeTraits nodes_of_graph(const IndexOptInfo* index);

}  // namespace vecext::pg
