// The graphs that this backend has used: their models, checked against the meta page at every use,
// where their pages are in shared buffers, and what a search works with.
#pragma once

#include "core/graph/graph_search.h"
#include "pg/am/index_cache.h"

namespace vecext::pg {

struct CachedGraph : CachedFile {
  GraphModel model;
  PageId fresh_tail;          // last page of fresh rows, or one before it
  GraphWorkspace* workspace;  // of the backend's searches, one at a time: none runs SQL
};

/// The cached graph, its model current. It stays valid until the next call for the same index.
CachedGraph* cached_graph(Relation index);

/// Forgets what is cached of an index: its file is about to be filled anew.
void forget_graph(Relation index);

}  // namespace vecext::pg
