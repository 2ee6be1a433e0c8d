// What the planner is told of a scan of an ivfflat or ivfpq index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Of so many lists, those that a search for `wanted` rows looks at, about, for the recall aimed at
/// and a query like the rows.
double lists_for_recall(double lists, double wanted);

void ivf_cost_estimate(PlannerInfo* root, IndexPath* path, double loop_count, Cost* startup,
                       Cost* total, Selectivity* selectivity, double* correlation, double* pages);

}  // namespace vecext::pg
