// Calibrates a graph after its construction (core/graph/calibrate/calibrate.h).
#pragma once

#include "pg/am/hnsw/graph_cache.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Runs trial searches of the main graph, which must be written, and stores the calibration in the
/// meta page. No other backend may change the graph meanwhile.
void calibrate_graph(Relation index);

/// The first search of a query that is observed.
struct FirstSearch {
  SearchWay way;
  int32 wanted;   // the nearest of them
  int32 nearest;  // the nearest of these, which the query wants at least
  Candidates* found;
  int64 visits;
};

/// Searches again with the slack that trials need to miss a fifth of what may be missing, or that
/// of the first search if it is more, and notes what the rows wanted needed. It is compiled apart
/// from ordinary searches, which are faster for that.
void observe_search(CachedGraph* cached, Relation index, BufferStore& store,
                    const GraphQuery& query, const GraphLimits& limits, const FirstSearch& search);

}  // namespace vecext::pg
