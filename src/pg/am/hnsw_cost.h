// What the planner is told of a scan of an hnsw index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

void hnsw_cost_estimate(PlannerInfo* root, IndexPath* path, double loop_count, Cost* startup,
                        Cost* total, Selectivity* selectivity, double* correlation, double* pages);

/// Has an hnsw index codes of its nodes (core/graph: it is no plain graph)?
bool is_coded_graph(const IndexOptInfo* index);

/// Links of each of its nodes, at most.
int32 links_of_graph(const IndexOptInfo* index);

}  // namespace vecext::pg
