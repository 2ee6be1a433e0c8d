#include "pg/am/hnsw/hnsw.h"

#include <cmath>

#include "core/graph/flat/flat_search.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_options.h"
#include "pg/am/hnsw/hnsw_recall.h"
#include "pg/am/common/target_recall.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Planner& kUnits = kCosts.planner;
constexpr const CostConstants::Graph& kTimes = kCosts.graph;

/// The model of a graph, and what is known of its queries.
struct PlannedGraph {
  GraphModel model;
  KnownEffort effort;
};

PlannedGraph graph_of(const IndexOptInfo* info) {
  const Relation index = index_open(info->indexoid, NoLock);
  const CachedGraph* cached = cached_graph(index);
  const PlannedGraph graph{cached->model, cached->effort};
  index_close(index, NoLock);
  return graph;
}

/// Returns the number of nodes that a search visits. If the search aims at a recall, it is the
/// number that observed queries of the user, given queries of vecext.calibrate() or trials have
/// visited. Otherwise it is the number of nodes kept in view, which is ef_search or, if that is
/// greater, the number of wanted rows; plus the number of nodes on the way to these, which grows
/// with the logarithm of the rows.
double nodes_expanded(const PlannedGraph& graph, double rows, double wanted) {
  const GraphModel& model = graph.model;
  if (is_for_recall(model)) {
    const auto k = static_cast<int32>(Min(wanted, rows));
    const GraphCalibration calibration = calibration_for(model, graph.effort, SearchWay::kPlain, k);
    return Min(rows, expected_visits(calibration, target_recall, model.nodes(), k).easy);
  }
  const double ef = Max(static_cast<double>(hnsw_ef_search), wanted);
  const double in_view = model.is_flat() ? ef * rows_in_view(model, 1) : ef;
  return Min(rows, in_view + std::log2(rows));
}

// --- Searches with conditions --------------------------------------------------------------------

double node_cost(const SearchTraits& traits) {
  return kTimes.node * std::pow(traits.links / kTimes.few_links, kTimes.node_by_links);
}

double nodes_visited(double rows) {
  return kTimes.nodes_on_the_way + kTimes.nodes_each * rows;
}

double most_at_first(const SearchTraits& traits) {
  return kTimes.most_at_first_by_links * std::sqrt(traits.links);
}

/// Returns the cost of a filtered code scan, which estimates all rows of the set and computes the
/// distances of some of them (core/graph/search). If the session keeps the set, it keeps the codes
/// of its rows side by side. For a set of few rows it keeps their vectors instead, and the search
/// computes all distances.
double cost_of_code_scan(const SetSearch& search) {
  const double blocks = search.in_set / kTimes.rows_of_block;
  const double in_question =
      Min(search.in_set, kTimes.rows_in_question * std::sqrt(std::sqrt(search.in_set))) *
      kTimes.row_in_question;
  if (search.is_kept) {
    return kTimes.kept_scan +
           Min(search.in_set * kTimes.kept_row, blocks * kTimes.scanned_block + in_question);
  }
  return kTimes.code_scan + search.in_set * kTimes.scanned_row +
         Min(search.in_set / 2, search.table_rows / kTimes.rows_of_block) * kTimes.scanned_block +
         in_question;
}

/// Returns the cost of a search of a set. The rarer matching rows are, the longer a filtered
/// traversal takes. The search changes to a filtered code scan if that is estimated to be cheaper.
double cost_of_set_search(const SearchTraits& traits, const SetSearch& search) {
  const double rows = Max(search.table_rows, 1);
  const double share = Min(1, Max(Min(search.matching, search.in_set), 1) / rows);
  const double nodes = (kTimes.nodes_of_set + kTimes.nodes_of_set_each * search.wanted) *
                       std::pow(share, kTimes.nodes_by_share);
  const double traversal = Min(nodes, rows) * kTimes.node_in_set;
  return traits.has_codes ? Min(traversal, cost_of_code_scan(search)) : traversal;
}

}  // namespace

constexpr FilteredSearchCosts kFilteredGraphCosts{.set_step = kTimes.node_in_set,
                                                  .rechecked_row = kTimes.rechecked_row,
                                                  .matches_by_chance = false,
                                                  .step = node_cost,
                                                  .steps = nodes_visited,
                                                  .most_at_first = most_at_first,
                                                  .search_set = cost_of_set_search};

/// Estimates a search of a graph. A visit reads the node's page. In a flat graph it also reads a
/// page for each neighbor, unless the neighbors' elements are stored in the node.
SearchEffort estimate_graph(const SearchTask& task) {
  const PlannedGraph graph = graph_of(task.index);
  const GraphModel& model = graph.model;
  const double nodes = nodes_expanded(graph, task.rows, task.wanted);
  const double links = model.layout.degree;
  const double pages = Max(1, task.index->pages);
  const bool reads_neighbors = model.is_flat() && model.node.near_bytes == 0;
  const double read = reads_neighbors ? nodes * (1 + kUnits.new_neighbors * links) : nodes;
  return {.pages = Min(read, pages),
          .page_cost = task.costs.of(pages, kUnits.cached_page),
          .operators = nodes * kUnits.node +
                       (model.is_flat() ? Min(task.rows, nodes * kUnits.new_neighbors * links) *
                                              task.width.operators()
                                        : nodes * links * kUnits.code),
          .reranked = model.is_flat() ? 0 : task.wanted * kUnits.reranked_each};
}

SearchTraits graph_traits(const IndexOptInfo* index) {
  const GraphModel model = graph_of(index).model;
  return {.links = model.layout.degree, .has_codes = !model.is_flat()};
}

}  // namespace vecext::pg
