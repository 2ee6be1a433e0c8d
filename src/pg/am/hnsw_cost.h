// What the planner is told of a scan of an hnsw index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

void hnsw_cost_estimate(PlannerInfo* root, IndexPath* path, double loop_count, Cost* startup,
                        Cost* total, Selectivity* selectivity, double* correlation, double* pages);

/// Links of a node of an hnsw index with codes; 0: it is a plain graph (core/graph).
double coded_links(const IndexOptInfo* index);

}  // namespace vecext::pg
