// The graphs that this backend has used: their models, which are compared with the meta page at
// each use, and where their pages are in shared buffers. Sessions share what is loaded of a graph.
#pragma once

#include "core/graph/calibrate/observed_search.h"
#include "core/graph/search/graph_search.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/effort/known_effort.h"

namespace vecext::pg {

/// The pending rows of a transaction of this backend.
struct OwnPending {
  uint64 writer;  // the transaction
  uint32 pages;   // how many pages it has added to the pending rows of all sessions
  PageId tail;    // the last page of its private chain, or an earlier page of it; kNoPage if it
                  // has no such chain
};

struct CachedGraph : CachedFile {
  GraphModel model;
  KnownEffort effort;
  PageId pending_tail;  // the last page of pending rows, or an earlier one
  OwnPending own;
};

/// Returns what searches for k rows go by: the trials of a graph, and what is known of its queries.
GraphCalibration calibration_for(const GraphModel& model, const KnownEffort& known, SearchWay way,
                                 double k);

/// Returns the cached graph with a current model. It stays valid until the next call for the same
/// index.
CachedGraph* cached_graph(Relation index);

/// Returns the workspace of searches of any graph. One workspace is enough, because no SQL, and so
/// no other search, runs during a search.
Frontier* search_workspace();

/// Frees the workspace if large searches have made it large. It is called after a search.
void forget_large_workspace();

/// Loads the row ids of the graph's nodes, for searches of a set, unless they are loaded. They live
/// as long as the model. It has to be called in an attempt of with_current(), which must end if the
/// Status is not ok. Does nothing for a flat graph.
Status need_node_rows(CachedGraph* cached, Relation index);

/// Forgets the cached content of an index. It is called before the index's file is filled again.
void forget_graph(Relation index);

}  // namespace vecext::pg
