// How a scan of a graph searches: until the recall aimed at is to be expected, or, where somebody
// has set ef_search, for as many nearest rows, or as many as are wanted; then for more.
#include "pg/am/hnsw/hnsw_scan.h"

#include <cmath>

#include "core/graph/format/graph_rows.h"
#include "core/graph/flat/flat_pending.h"
#include "core/graph/flat/flat_search.h"
#include "pg/am/common/cost_constants.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_options.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/am/common/target_recall.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Settings bound a scan where somebody has set them: a single search hands out the ef_search
/// nearest, one that goes on max_scan_tuples, but no fewer than its first search would.
CachedFile* start(OrderedScan* scan, Relation index) {
  scan->is_single = hnsw_iterative_scan == kIterativeOff;
  if (scan->is_single) {
    scan->most_rows = hnsw_ef_search;
  } else if (hnsw_max_scan_tuples_is_set) {
    scan->most_rows = Max(hnsw_max_scan_tuples, hnsw_ef_search);
  }
  scan->most_compared = scan->most_rows;
  scan->is_relaxed = hnsw_iterative_scan == kIterativeRelaxed;
  CachedGraph* cached = cached_graph(index);
  scan->is_hopeless = cached->model.element() == Element::kFloat &&
                      is_extreme(static_cast<const float*>(scan->query.elements), scan->query.dims);
  return cached;
}

bool is_bounded(const OrderedScan& scan) {
  return scan.most_rows != PG_INT64_MAX;
}

/// The ef of searches that do not go on by slack, but for rows that match. Of a graph that was
/// tried it grows with what trials between rows visited: wherever the query lies, some of the rows
/// that match lie like that. With fewer than by default sets are not known to be found.
int32 ef_of(const GraphModel& model) {
  if (!is_for_recall(model)) {
    return hnsw_ef_search;
  }
  const double visits =
      expected_visits(model.meta.calibration, target_recall, model.nodes(), kLeastInView).hard;
  return Max(hnsw_ef_search, static_cast<int32>(visits / kCosts.graph.visits_of_ef));
}

/// Nodes to keep in view. Where the table rechecks the rows found, few of which match, nearly all
/// of those nearer than the last that does must be among them; visits to nodes of more links see
/// more. The more rows a graph has, the more nodes in view find the same share of them, as ef_of()
/// tells.
int32 nodes_in_view(const OrderedScan& scan, const GraphModel& model) {
  const bool rechecks_later = scan.is_filtered && !scan.order.rows.has_set();
  const int32 ef = ef_of(model);
  if (!rechecks_later) {
    return Max(ef, scan.k);
  }
  constexpr const CostConstants::Graph& kBy = kCosts.graph;
  const double links = model.layout.degree;
  const double growth = std::sqrt(static_cast<double>(ef) / hnsw_ef_search);
  const double of_rows = Max(kBy.view_of_rows / links, kBy.least_view_of_rows) * growth * scan.k;
  return static_cast<int32>(Max(Min(kBy.view_of_setting / links * ef + of_rows, INT_MAX / 4), ef));
}

GraphLimits limits_of(const OrderedScan& scan, const GraphModel& model) {
  RowFilter rows = scan.order.rows;
  int64 most = scan.order.most_visited > 0 ? scan.order.most_visited : PG_INT64_MAX;
  if (is_bounded(scan)) {
    most = scan.is_single ? PG_INT64_MAX : scan.most_rows;
    if (rows.set_rows > most) {
      rows.each = nullptr;  // nor may all of them be looked at
    }
  }
  GraphLimits limits{.wanted = scan.k,
                     .ef = nodes_in_view(scan, model),
                     .filter = rows,
                     .most_nodes = most,
                     .keeps_found = is_bounded(scan)};
  if (!is_for_recall(model) || scan.is_filtered || rows.has_set()) {
    return limits;
  }
  limits.ef = Max(scan.k, kLeastInView);
  limits.fewest_visits = kFewestVisits;
  for (const Part part : kParts) {
    limits.slack[part] =
        slack_for(model.meta.calibration, target_recall, model.meta.parts[part].nodes, scan.k);
  }
  return limits;
}

/// What EXPLAIN shows of that.
void note_expected(OrderedScan* scan, const GraphModel& model) {
  if (is_for_recall(model)) {
    scan->work.expected_recall = target_recall;
    const ExpectedVisits visits =
        expected_visits(model.meta.calibration, target_recall, model.nodes(), scan->k);
    scan->work.expected_easy = visits.easy;
    scan->work.expected_hard = visits.hard;
  }
}

/// Searches the graph as its kind asks for.
Status search(OrderedScan* scan, CachedGraph* cached, BufferStore& store, Candidates* found,
              GraphCounts* counts) {
  const GraphModel& model = cached->model;
  const Arena arena = context_arena(CurrentMemoryContext);
  const GraphLimits limits = limits_of(*scan, model);
  note_expected(scan, model);
  scan->exact = model.is_flat();
  if (model.is_flat()) {
    return search_flat(store, model, scan->query.elements, limits, cached->workspace, arena, found,
                       counts);
  }
  auto* prepared = static_cast<PreparedQuery<GraphQuery>*>(scan->method_state);
  const GraphQuery* query = prepared->of(scan->query, model, context_arena(scan->context));
  if (query == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  return search_graph(store, model, *query, limits, cached->workspace, found, counts);
}

void search_nodes(OrderedScan* scan, Relation index, Candidates* found) {
  GraphCounts counts{};
  with_current(index, cached_graph, [&](CachedGraph* cached) -> Status {
    scan->k = static_cast<int32>(Min(scan->k, scan->most_rows));
    BufferStore store(index, &cached->buffers);
    Status status;
    if (scan->order.rows.has_set()) {
      status = need_node_rows(cached, index);
    }
    if (status.ok()) {
      status = search(scan, cached, store, found, &counts);
    }
    // Pages of a graph that was replaced meanwhile may have been used again.
    return is_current(*cached, index) ? status : Status{.code = StatusCode::kStale};
  });
  scan->gave_up = counts.stopped && !is_bounded(*scan);
  scan->is_spent = counts.stopped && is_bounded(*scan);
  scan->work.steps += counts.nodes;
  scan->work.pages += counts.pages;
  scan->work.rows_scored += counts.scored;
}

/// For more rows, until there are no more, or as many as settings allow: a search that has visited
/// as many nodes as it may is done once more, for all of them.
void plan_next(OrderedScan* scan, bool full) {
  scan->exhausted = scan->k >= scan->most_rows || !(full || scan->is_spent);
  if (scan->exhausted) {
    return;
  }
  if (scan->is_spent) {
    scan->k = static_cast<int32>(scan->most_rows);
  } else {
    search_for_more(scan);
  }
}

int64 count_rows(Relation index) {
  const GraphModel& model = cached_graph(index)->model;
  return static_cast<int64>(model.nodes()) +
         static_cast<int64>(model.meta.pending_pages) * usual_pending_rows(model);
}

void mark_rows(Relation index, RowMarks* marks) {
  with_current(index, cached_graph, [&](CachedGraph* cached) -> Status {
    BufferStore store(index, nullptr);
    const Status status = each_graph_row(store, cached->model, [&](RowId row) { marks->add(row); });
    return is_current(*cached, index) ? status : Status{.code = StatusCode::kStale};
  });
}

}  // namespace

constexpr ScanMethod kGraphScan{.step = ScanStep::kNode,
                                .method_state_size = sizeof(PreparedQuery<GraphQuery>),
                                .start = start,
                                .search = search_nodes,
                                .plan_next = plan_next,
                                .count_rows = count_rows,
                                .mark_rows = mark_rows};

bool is_for_recall(const GraphModel& model) {
  return !hnsw_ef_search_is_set && target_recall > 0 && model.meta.calibration.nodes > 0;
}

}  // namespace vecext::pg
