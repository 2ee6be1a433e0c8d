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

/// Searches again, and notes what the wanted rows needed. The search has the slack with which
/// trials miss a fifth of the rows that may be missing by vecext.target_recall, or the slack of the
/// first search if that is greater. This function is compiled apart from ordinary searches, which
/// makes ordinary searches faster.
void observe_search(CachedGraph* cached, Relation index, BufferStore& store,
                    const GraphQuery& query, const GraphLimits& limits, const FirstSearch& search);

}  // namespace vecext::pg
