#include "pg/am/hnsw_cost.h"

#include <cmath>

#include "pg/am/hnsw_options.h"
#include "pg/am/ordered_cost.h"

extern "C" {
#include "optimizer/optimizer.h"
}

namespace vecext::pg {

namespace {

/// Links of a node, each with a code.
constexpr double kLinks = 32;

/// A search expands the nodes that it keeps in view, as many as ef_search or as rows are wanted,
/// after those on its way to them, whose number grows with the logarithm of the rows.
double nodes_expanded(double rows, double wanted) {
  return Min(rows, Max(static_cast<double>(hnsw_ef_search), wanted) + std::log2(rows));
}

/// Each node has a page of its own to read. One that is likely to be cached costs what the pages
/// of a list do.
SearchEffort estimate_graph(const IndexPath* path, double rows, double wanted,
                            const PageCosts& costs) {
  const double nodes = nodes_expanded(rows, wanted);
  const double pages = Max(1, path->indexinfo->pages);
  const double cached = Min(1, static_cast<double>(effective_cache_size) / pages);
  return {.pages = Min(nodes, pages),
          .page_cost = cached * costs.sequential + (1 - cached) * costs.random,
          .operators = nodes * kLinks * kCostOfCode,
          .reranked = wanted * kRerankedPerRow};
}

}  // namespace

void hnsw_cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                        Selectivity* selectivity, double* correlation, double* pages) {
  estimate_ordered_scan(root, path, estimate_graph,
                        {startup, total, selectivity, correlation, pages});
}

}  // namespace vecext::pg
