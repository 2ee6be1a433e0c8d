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

/// The first search of an observed query.
struct FirstSearch {
  SearchWay way;
  int32 wanted;   // how many of the nearest rows it had to find
  int32 nearest;  // how many of these the query wants at least
  Candidates* found;
  int64 visits;
};

/// Searches again, with the slack that trials need to miss a fifth of what may be missing, or with
/// the slack of the first search if that is greater. Notes what the wanted rows needed. It is
/// compiled apart from ordinary searches, which makes those faster.
void observe_search(CachedGraph* cached, Relation index, BufferStore& store,
                    const GraphQuery& query, const GraphLimits& limits, const FirstSearch& search);

}  // namespace vecext::pg
