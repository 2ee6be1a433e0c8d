// The graphs that this backend has used: their models, which each use compares with the meta page,
// where their pages are in shared buffers, and the workspace of searches.
#pragma once

#include "core/graph/search/graph_search.h"
#include "pg/am/common/index_cache.h"

namespace vecext::pg {

struct CachedGraph : CachedFile {
  GraphModel model;
  PageId pending_tail;  // the last page of pending rows, or one before it
  Frontier* workspace;  // of searches; one is enough, as no SQL runs during a search
};

/// The cached graph with a current model. It stays valid until the next call for the same index.
CachedGraph* cached_graph(Relation index);

/// Loads the row ids of the graph's nodes, for searches of a set, unless they are loaded; they live
/// as long as the model. Call it in an attempt of with_current(), and end the attempt if the Status
/// is not ok. Does nothing for a flat graph.
Status need_node_rows(CachedGraph* cached, Relation index);

/// Forgets the cached content of an index before its file is filled again.
void forget_graph(Relation index);

}  // namespace vecext::pg
