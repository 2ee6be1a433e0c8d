// What the planner is told of a scan of an hnsw index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

void hnsw_cost_estimate(PlannerInfo* root, IndexPath* path, double loop_count, Cost* startup,
                        Cost* total, Selectivity* selectivity, double* correlation, double* pages);

/// Do the nodes of an hnsw index have own vectors by which they are compared (core/graph: no plain
/// graph)?
bool has_own_vectors(const IndexOptInfo* index);

}  // namespace vecext::pg
