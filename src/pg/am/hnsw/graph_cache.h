// The graphs that this backend has used: their models, checked against the meta page at every use,
// where their pages are in shared buffers, and what a search works with.
#pragma once

#include "core/graph/search/graph_search.h"
#include "pg/am/common/index_cache.h"

namespace vecext::pg {

struct CachedGraph : CachedFile {
  GraphModel model;
  PageId pending_tail;  // last page of pending rows, or one before it
  Frontier* workspace;  // of the backend's searches, one at a time: none runs SQL
};

/// The cached graph, its model current. It stays valid until the next call for the same index.
CachedGraph* cached_graph(Relation index);

/// Loads the rows of the graph's nodes unless they are there, for searches with a set; they stay as
/// long as the model. To be called in an attempt of with_current(), which ends with a status that
/// is not ok. A flat graph has none.
Status need_node_rows(CachedGraph* cached, Relation index);

/// Forgets what is cached of an index: its file is about to be filled again.
void forget_graph(Relation index);

}  // namespace vecext::pg
