// How a scan of a graph searches: for the ef_search nearest rows, or as many as are wanted, then
// for more.
#include "pg/am/hnsw_scan.h"

#include "core/graph/plain_search.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_options.h"
#include "pg/am/ordered_scan.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// What a graph knows of a scan.
struct GraphScan {
  int64 nodes_before;  // visited for the queries before: a join rescans for each of its rows
};

CachedFile* start(OrderedScan* scan, Relation index) {
  static_cast<GraphScan*>(scan->own)->nodes_before = scan->work.steps;
  return cached_graph(index);
}

/// Nodes to keep in view. Where the table judges the rows found, few of which match, nearly all of
/// those nearer than the last that does must be among them; visits to nodes of more links see more.
int32 nodes_in_view(const OrderedScan& scan, const GraphModel& model) {
  const bool judges_later = scan.is_filtered && !scan.order.rows.has_set();
  if (!judges_later) {
    return Max(hnsw_ef_search, scan.k);
  }
  constexpr double kOfSetting = 40;
  constexpr double kOfRows = 80;
  constexpr double kLeastOfRows = 1.25;
  const double links = model.layout.degree;
  const double view =
      kOfSetting / links * hnsw_ef_search + Max(kOfRows / links, kLeastOfRows) * scan.k;
  return static_cast<int32>(Max(Min(view, INT_MAX / 4), hnsw_ef_search));
}

/// Searches the graph as its kind asks for.
Status search(OrderedScan* scan, CachedGraph* cached, BufferStore& store, Candidates* found,
              GraphCounts* counts) {
  const GraphModel& model = cached->model;
  const Arena arena = context_arena(CurrentMemoryContext);
  const RowFilter& rows = scan->order.rows;
  const int64 most = scan->order.most_visited;
  const GraphLimits limits{.wanted = scan->k,
                           .ef = nodes_in_view(*scan, model),
                           .filter = rows,
                           .most_nodes = most > 0 ? most : PG_INT64_MAX};
  scan->exact = model.is_plain();
  if (model.is_plain()) {
    return search_plain(store, model, scan->query, limits, cached->workspace, arena, found, counts);
  }
  GraphQuery query;
  if (!prepare_search(model, scan->query, arena, &query)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  return search_graph(store, model, query, limits, cached->workspace, found, counts);
}

void search_nodes(OrderedScan* scan, Relation index, Candidates* found) {
  GraphCounts counts{};
  with_graph(index, [&](CachedGraph* cached) -> Status {
    if (hnsw_iterative_scan == kIterativeOff && !scan->is_filtered) {
      scan->k = Min(scan->k, hnsw_ef_search);
    }
    BufferStore store(index, &cached->buffers);
    const uint64 changes = cached->model.meta.changes;
    Status status;
    if (scan->order.rows.has_set()) {
      status = need_node_rows(cached, index);
    }
    if (status.ok()) {
      status = search(scan, cached, store, found, &counts);
    }
    // Pages of a graph that was replaced meanwhile may have been used again.
    return graph_changes(cached, index) == changes ? status : Status{.code = StatusCode::kStale};
  });
  scan->gave_up = counts.stopped;
  scan->work.steps += counts.nodes;
  scan->work.pages += counts.pages;
  scan->work.rows_scored += counts.scored;
}

/// For more rows, until there are no more, or as many as the settings allow: without iterative
/// scans the ef_search nearest.
void plan_next(OrderedScan* scan, bool full) {
  const bool is_last = hnsw_iterative_scan == kIterativeOff && scan->k >= hnsw_ef_search;
  const int64 nodes = scan->work.steps - static_cast<GraphScan*>(scan->own)->nodes_before;
  const bool is_over = is_last || nodes >= hnsw_max_scan_tuples;
  scan->exhausted = !full || (is_over && !scan->is_filtered);
  if (!scan->exhausted) {
    search_for_more(scan);
  }
}

constexpr ScanMethod kGraphScan{.step = ScanStep::kNode,
                                .own_size = sizeof(GraphScan),
                                .start = start,
                                .search = search_nodes,
                                .plan_next = plan_next};

}  // namespace

IndexScanDesc hnsw_begin_scan(Relation index, int keys, int order_bys) {
  return begin_ordered_scan(&kGraphScan, index, keys, order_bys);
}

}  // namespace vecext::pg
