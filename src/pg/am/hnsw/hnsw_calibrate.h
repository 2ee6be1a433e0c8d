// Calibrates a graph after its construction (core/graph/calibrate/calibrate.h).
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Runs trial searches of the main graph, which must be written, and stores the calibration in the
/// meta page. No other backend may change the graph meanwhile.
void calibrate_graph(Relation index);

}  // namespace vecext::pg
