// The graphs that this backend has used: their models, which each use compares with the meta page,
// and where their pages are in shared buffers. Sessions share what is loaded of a graph.
#pragma once

#include "core/graph/search/graph_search.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/common/observed_effort.h"

namespace vecext::pg {

struct CachedGraph : CachedFile {
  GraphModel model;
  ObservedEffort observed;
  GraphCalibration calibration;  // that searches go by: of the model's, and of observed queries
  PageId pending_tail;           // the last page of pending rows, or one before it
};

/// What searches for k rows go by: what is observed, or trials alone.
inline const GraphCalibration& calibration_for(const CachedGraph& cached, double k) {
  return k <= kMostObservedRows ? cached.calibration : cached.model.meta.calibration;
}

/// The cached graph with a current model. It stays valid until the next call for the same index.
CachedGraph* cached_graph(Relation index);

/// The workspace of searches of any graph; one is enough, as no SQL runs during a search.
Frontier* search_workspace();

/// Frees the workspace if large searches have made it large. Call it after a search.
void forget_large_workspace();

/// Loads the row ids of the graph's nodes, for searches of a set, unless they are loaded; they live
/// as long as the model. Call it in an attempt of with_current(), and end the attempt if the Status
/// is not ok. Does nothing for a flat graph.
Status need_node_rows(CachedGraph* cached, Relation index);

/// Forgets the cached content of an index before its file is filled again.
void forget_graph(Relation index);

}  // namespace vecext::pg
