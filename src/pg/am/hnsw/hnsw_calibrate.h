// Trials of a graph that was constructed (core/graph/calibrate/calibrate.h).
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Tries the main graph of an index, which is written, and notes in the index what searches take
/// for a recall. Nobody else may change the graph meanwhile.
void calibrate_graph(Relation index);

}  // namespace vecext::pg
