#include "pg/am/hnsw_cost.h"

#include <cmath>

#include "core/graph/flat/flat_search.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_options.h"
#include "pg/am/hnsw_scan.h"
#include "pg/am/ordered_cost.h"
#include "pg/am/target_recall.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

namespace {

/// Of the neighbors of a node in a flat graph, those that were not seen before (measured).
constexpr double kUnseen = 0.5;

/// A visit to a node, besides its neighbors' codes, in units of cpu_operator_cost; and its page,
/// if that is cached, as a share of one that is read in order, whole (measured).
constexpr double kCostOfNode = 100;
constexpr double kCachedPage = 0.25;

GraphModel model_of(const IndexOptInfo* info) {
  const Relation index = index_open(info->indexoid, NoLock);
  const GraphModel model = cached_graph(index)->model;
  index_close(index, NoLock);
  return model;
}

/// A search expands the nodes that it keeps in view, as many as ef_search or as rows are wanted,
/// after those on its way to them, whose number grows with the logarithm of the rows. For a recall,
/// as many as trials have visited.
double nodes_expanded(const GraphModel& model, double rows, double wanted) {
  if (is_for_recall(model)) {
    const auto k = static_cast<int32>(Min(wanted, rows));
    return Min(rows, expected_visits(model.meta.calibration, target_recall, model.nodes(), k).easy);
  }
  const double ef = Max(static_cast<double>(hnsw_ef_search), wanted);
  const double in_view = model.is_flat() ? ef * rows_in_view(model, 1) : ef;
  return Min(rows, in_view + std::log2(rows));
}

/// Each node has a page of its own to read; in a flat graph, so has each of its neighbors unless
/// their elements lie beside it.
SearchEffort estimate_graph(const SearchTask& task) {
  const GraphModel model = model_of(task.index);
  const double nodes = nodes_expanded(model, task.rows, task.wanted);
  const double links = model.layout.degree;
  const double pages = Max(1, task.index->pages);
  const bool reads_neighbors = model.is_flat() && model.node.near_bytes == 0;
  const double read = reads_neighbors ? nodes * (1 + kUnseen * links) : nodes;
  return {.pages = Min(read, pages),
          .page_cost = task.costs.of(pages, kCachedPage),
          .operators =
              nodes * kCostOfNode +
              (model.is_flat() ? Min(task.rows, nodes * kUnseen * links) * task.width.operators()
                               : nodes * links * kCostOfCode),
          .reranked = model.is_flat() ? 0 : task.wanted * kRerankedPerRow};
}

}  // namespace

NodeTraits nodes_of_graph(const IndexOptInfo* index) {
  const GraphModel model = model_of(index);
  return {.links = model.layout.degree, .has_codes = !model.is_flat()};
}

void hnsw_cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                        Selectivity* selectivity, double* correlation, double* pages) {
  estimate_ordered_scan(root, path, estimate_graph,
                        {startup, total, selectivity, correlation, pages});
}

}  // namespace vecext::pg
