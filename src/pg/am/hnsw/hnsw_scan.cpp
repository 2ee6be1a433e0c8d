// Searches of a graph for a scan. A search goes on until the target recall is expected. If a user
// has set hnsw.ef_search, it keeps as many nodes in view instead. Later searches are for more rows.
#include "pg/am/hnsw/hnsw.h"

#include <cmath>

#include "core/graph/format/graph_rows.h"
#include "core/graph/flat/flat_pending.h"
#include "core/graph/flat/flat_search.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_calibrate.h"
#include "pg/am/hnsw/hnsw_options.h"
#include "pg/am/hnsw/hnsw_private.h"
#include "pg/am/hnsw/hnsw_recall.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/am/common/set_memory.h"
#include "pg/am/common/target_recall.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Starts a scan. A setting bounds the scan only if a user has set it. Without iterative scans, the
/// scan returns the ef_search nearest rows. If max_scan_tuples is set, it returns so many rows, but
/// at least as many as its first search finds.
CachedFile* start(OrderedScan* scan, Relation index) {
  scan->is_single = hnsw_iterative_scan == kIterativeOff;
  if (scan->is_single) {
    scan->most_rows = hnsw_ef_search;
  } else if (hnsw_max_scan_tuples_is_set) {
    scan->most_rows = Max(hnsw_max_scan_tuples, hnsw_ef_search);
  }
  scan->most_compared = scan->most_rows;
  if (hnsw_iterative_scan == kIterativeRelaxed) {
    scan->order_use = OrderUse::kNone;
  }
  rebuild_before_search(index);
  CachedGraph* cached = cached_graph(index);
  const bool is_unestimated =
      cached->model.element() == Element::kFloat &&
      is_extreme(static_cast<const float*>(scan->query.elements), scan->query.dims);
  scan->query_order = orders_nothing(scan->query) ? QueryOrder::kNone
                      : is_unestimated            ? QueryOrder::kUnestimated
                                                  : QueryOrder::kByDistance;
  return cached;
}

bool is_bounded(const OrderedScan& scan) {
  return scan.most_rows != PG_INT64_MAX;
}

/// Returns the ef of searches of sets, and of filtered searches of flat graphs, which do not end by
/// slack. For a calibrated graph it grows with the visits that trials make for queries between
/// rows: whatever the query is, some of the matching rows lie as far from it as rows lie from such
/// queries. It is never less than hnsw.ef_search, because searches of sets were not measured with
/// less.
int32 ef_of(const GraphModel& model) {
  if (!is_for_recall(model)) {
    return hnsw_ef_search;
  }
  const double visits =
      expected_visits(model.meta.calibration, target_recall, model.nodes(), kLeastInView).hard;
  return Max(hnsw_ef_search, static_cast<int32>(visits / kCosts.graph.visits_of_ef));
}

/// Returns the number of nodes that a search keeps in view. A postfilter search must find nearly
/// all rows that are nearer than its last match, so it keeps more nodes in view than rows. If nodes
/// have more links, fewer nodes in view suffice, because each visit estimates more rows. If the
/// graph has more rows, it takes more nodes in view to find the same share of them (ef_of()).
int32 nodes_in_view(const OrderedScan& scan, const GraphModel& model) {
  const int32 ef = ef_of(model);
  if (scan.way() != SearchWay::kPostfilter) {
    return Max(ef, scan.k);
  }
  constexpr const CostConstants::Graph& kBy = kCosts.graph;
  const double links = model.layout.degree;
  const double growth = std::sqrt(static_cast<double>(ef) / hnsw_ef_search);
  const double of_rows = Max(kBy.view_of_rows / links, kBy.least_view_of_rows) * growth * scan.k;
  return static_cast<int32>(Max(Min(kBy.view_of_setting / links * ef + of_rows, INT_MAX / 4), ef));
}

/// Returns the number of rows that a search for a recall keeps in view. A postfilter search keeps
/// more rows in view than it is for: if fewer of them match than expected, another search would
/// take longer.
int32 rows_for_recall_in_view(const OrderedScan& scan) {
  constexpr int32 kTimesRows = 2;
  constexpr int32 kMoreRows = 10;
  return scan.way() == SearchWay::kPostfilter ? kTimesRows * scan.k + kMoreRows
                                              : Max(scan.k, kLeastInView);
}

/// Returns the limits of a search. `calibration` is what the search goes by, if it aims at a
/// recall.
GraphLimits limits_of(const OrderedScan& scan, Relation index, const GraphModel& model,
                      const GraphCalibration& calibration) {
  RowFilter rows = scan.order.filter(index, model.meta.head.changes);
  int64 most = scan.order.most_visited > 0 ? scan.order.most_visited : PG_INT64_MAX;
  if (is_bounded(scan)) {
    most = scan.is_single ? PG_INT64_MAX : scan.most_rows;
    if (rows.set_rows > most) {
      rows.each = nullptr;  // the search must not scan all rows of the set
    }
  }
  GraphLimits limits{.wanted = scan.k,
                     .ef = nodes_in_view(scan, model),
                     .filter = rows,
                     .most_nodes = most,
                     .keeps_found = is_bounded(scan),
                     .is_strict = scan.is_strict()};
  const bool is_of_all =
      scan.way() == SearchWay::kPlain || (scan.way() == SearchWay::kPostfilter && !model.is_flat());
  if (!is_for_recall(model) || !is_of_all) {
    return limits;
  }
  limits.ef = rows_for_recall_in_view(scan);
  limits.fewest_visits = kFewestVisits;
  for (const Part part : kParts) {
    limits.slack[part] =
        slack_for(calibration, target_recall, model.meta.parts[part].nodes, limits.ef);
  }
  return limits;
}

/// Sets the expected recall and visits that EXPLAIN shows, if the search aims at a recall.
void note_expected(OrderedScan* scan, const GraphModel& model, const GraphCalibration& calibration,
                   const GraphLimits& limits) {
  if (is_for_recall(model)) {
    scan->work.expected_recall = expected_recall_of(calibration);
    const int32 rows = limits.slack[kMain] > 0 ? limits.ef : scan->k;
    const ExpectedVisits visits = expected_visits(calibration, target_recall, model.nodes(), rows);
    scan->work.expected_easy = visits.easy;
    scan->work.expected_hard = visits.hard;
  }
}

/// True if the search is to be observed. It must be the first search of a scan, and end by slack,
/// which a search of a set does not.
bool is_to_observe(const OrderedScan& scan, const CachedGraph& cached, const GraphLimits& limits) {
  const int32 rows = scan.rows_for_recall();
  return limits.slack[kMain] > 0 && !cached.model.is_flat() && scan.aimed > 0 &&
         rows <= kMostObservedRows && !is_bounded(scan) &&
         is_observed_query(cached, cached.effort.observed, scan.way(), rows);
}

/// Searches the graph, which may be flat or have codes.
Status search(OrderedScan* scan, Relation index, CachedGraph* cached, BufferStore& store,
              Candidates* found, GraphCounts* counts) {
  const GraphModel& model = cached->model;
  const Arena arena = context_arena(CurrentMemoryContext);
  const GraphCalibration calibration =
      calibration_for(model, cached->effort, scan->way(), scan->rows_of_class());
  GraphLimits limits = limits_of(*scan, index, model, calibration);
  limits.privates = visible_privates(model.meta.privates, scan->table, scan->snapshot);
  note_expected(scan, model, calibration, limits);
  scan->exact = model.is_flat();
  const bool is_rounded = !scan->is_strict() && model.metric() == Metric::kCosine;
  scan->rounding = is_rounded ? kCosineRounding : 0;
  if (model.is_flat()) {
    return search_flat(store, model, scan->query.elements, limits, search_workspace(), arena, found,
                       counts);
  }
  auto* prepared = static_cast<PreparedQuery<GraphQuery>*>(scan->method_state);
  const GraphQuery* query = prepared->of(scan->query, model, context_arena(scan->context));
  if (query == nullptr) {
    return out_of_memory();
  }
  const bool observes = is_to_observe(*scan, *cached, limits);
  const TimestampTz start = observes ? GetCurrentTimestamp() : 0;
  const Status status =
      search_graph(store, model, *query, limits, search_workspace(), found, counts);
  if (status.ok() && observes && !counts->stopped && has_time_to_observe(start)) {
    observe_search(cached, index, store, *query, limits,
                   {scan->way(), scan->rows_for_recall(), scan->aimed, found, counts->nodes});
  }
  return status;
}

void search_nodes(OrderedScan* scan, Relation index, Candidates* found) {
  GraphCounts counts{};
  with_current(index, cached_graph, [&](CachedGraph* cached) -> Status {
    counts = {};
    scan->k = static_cast<int32>(Min(scan->k, scan->most_rows));
    BufferStore store(index, &cached->buffers);
    Status status;
    if (scan->order.rows.has_set()) {
      status = need_node_rows(cached, index);
    }
    if (status.ok()) {
      status = search(scan, index, cached, store, found, &counts);
    }
    // If the graph was replaced meanwhile, its pages may have other contents now.
    return is_current(*cached, index) ? status : Status{.code = StatusCode::kStale};
  });
  forget_large_workspace();
  scan->end = !counts.stopped     ? SearchEnd::kByItself
              : is_bounded(*scan) ? SearchEnd::kSpent
                                  : SearchEnd::kGivenUp;
  scan->work.steps += counts.nodes;
  scan->work.pages += counts.pages;
  scan->work.rows_scored += counts.scored;
}

/// Plans a search for more rows, unless there are no more rows, or the last search was for as many
/// as settings allow. If a search has visited as many nodes as settings allow, the next search is
/// the last one, and is for as many rows as they allow.
SearchPlan plan_next(OrderedScan* scan, bool full) {
  const bool is_spent = scan->end == SearchEnd::kSpent;
  if (scan->k >= scan->most_rows || !(full || is_spent)) {
    return {.next = NextSearch::kNone};
  }
  if (is_spent) {
    scan->k = static_cast<int32>(scan->most_rows);
  } else {
    search_for_more(scan);
  }
  return {.next = NextSearch::kForMore};
}

int64 count_rows(Relation index) {
  const GraphModel& model = cached_graph(index)->model;
  return static_cast<int64>(model.nodes()) +
         static_cast<int64>(model.meta.pending_pages) * usual_pending_rows(model);
}

void each_row(Relation index, RowSink* sink) {
  with_current(index, cached_graph, [&](CachedGraph* cached) -> Status {
    SinkStore store(index, nullptr, sink);
    const Status status =
        each_graph_row(store, cached->model, [&](RowId row) { store.accept(row); });
    return sink->is_full || is_current(*cached, index) ? store.end(status)
                                                       : Status{.code = StatusCode::kStale};
  });
}

}  // namespace

constexpr ScanMethod kGraphScan{.step = ScanStep::kNode,
                                .method_state_size = sizeof(PreparedQuery<GraphQuery>),
                                .is_fastest = false,
                                .read_query = read_vector_query,
                                .start = start,
                                .search = search_nodes,
                                .plan_next = plan_next,
                                .count_rows = count_rows,
                                .list_matches = nullptr,
                                .search_returns_matches = nullptr,
                                .each_row = each_row};

}  // namespace vecext::pg
