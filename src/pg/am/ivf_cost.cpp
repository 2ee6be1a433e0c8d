// The work of a scan comes before its first row: centres are scored, lists read, rows reranked. So
// it is start-up cost. What it costs to go on grows with the rows wanted: each further row needs
// more lists, up to all of them, which is what an unlimited sort of the table would ask for.
#include "pg/am/ivf_cost.h"

#include <cmath>
#include <limits>

#include "core/ivf/stop_rule.h"
#include "core/ivf/record.h"
#include "pg/am/ivf_build.h"
#include "pg/am/model_cache.h"
#include "pg/am/options.h"

extern "C" {
#include "access/genam.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "utils/selfuncs.h"
#include "utils/spccache.h"
}

namespace vecext::pg {

namespace {

// CPU work in units of cpu_operator_cost (about the cost of one distance of some 100 dims).
constexpr double kCostOfCode = 0.02;
constexpr double kCostOfVector = 1;
constexpr double kCostOfCentre = 0.3;
// Rows of the table looked at for each row wanted: by codes, and with vectors beside them.
constexpr double kRerankedPerRow = 1.5;
constexpr double kRerankedByOwn = 1.2;

/// Lists that an adaptive search for k rows looks at, measured on real data (core/ivf/README.md).
constexpr double kAutoLists = 32;
constexpr double kAutoListsPerRow = 1.5;

/// How their number grows with the recall asked for: as the root of the share that may be missing,
/// measured from .9 to .99; the default looks at as many lists as kAutoShare would.
constexpr double kAutoShare = 0.06;
double growth_for_recall() {
  return target_recall == 0 ? 1
                            : std::sqrt(kAutoShare / rest_share(static_cast<float>(target_recall)));
}

/// Share of the rows that the path's other conditions let through.
double filter_share(const IndexPath* path) {
  const RelOptInfo* rel = path->indexinfo->rel;
  return rel->tuples > 0 ? Max(rel->rows / rel->tuples, 1e-9) : 1;
}

/// Rows that the index must hand out for the query to have enough.
double rows_wanted(const PlannerInfo* root, const IndexPath* path, double rows) {
  double wanted = rows;
  if (root->limit_tuples > 0) {
    wanted = root->limit_tuples / filter_share(path);
  } else if (root->tuple_fraction >= 1) {
    wanted = root->tuple_fraction / filter_share(path);
  } else if (root->tuple_fraction > 0) {
    wanted = rows * root->tuple_fraction;
  }
  return Min(Max(wanted, 1), rows);
}

struct IndexShape {
  double lists;
  bool has_vectors;
  bool has_own;
  double code_share;  // of the pages, those that are read for each list
  IvfKind kind;
};

IndexShape shape_of(const IndexOptInfo* info) {
  const Relation index = index_open(info->indexoid, NoLock);
  const Model& model = cached_index(index)->model;
  const RecordLayout layout = record_layout(model);
  const auto size = static_cast<double>(layout.size());
  const IndexShape shape{.lists = static_cast<double>(model.lists()),
                         .has_vectors = model.has_vectors(),
                         .has_own = layout.own > 0,
                         .code_share = (size - static_cast<double>(layout.own)) / size,
                         .kind = ivf_kind(index)};
  index_close(index, NoLock);
  return shape;
}

double lists_read(const IndexShape& shape, double rows, double wanted) {
  const int forced = shape.kind == IvfKind::kFlat ? ivfflat_probes : ivfpq_probes;
  const double by_rows = shape.lists * wanted / rows;
  const double lists =
      forced > 0 ? static_cast<double>(forced)
                 : (kAutoLists + kAutoListsPerRow * std::sqrt(wanted)) * growth_for_recall();
  return Min(shape.lists, Max(lists, by_rows));
}

}  // namespace

void ivf_cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                       Selectivity* selectivity, double* correlation, double* pages) {
  *selectivity = 1;
  *correlation = 0;
  *pages = path->indexinfo->pages;
  // Without an order there is nothing to search for.
  if (path->indexorderbys == NIL) {
    *startup = *total = std::numeric_limits<double>::infinity();
    disable_path(&path->path);
    return;
  }
  const double rows = Max(path->indexinfo->tuples, 1);
  const IndexShape shape = shape_of(path->indexinfo);
  const double wanted = rows_wanted(root, path, rows);
  const double share = lists_read(shape, rows, wanted) / shape.lists;

  double random_page_cost_of_space;
  double seq_page_cost_of_space;
  get_tablespace_page_costs(path->indexinfo->reltablespace, &random_page_cost_of_space,
                            &seq_page_cost_of_space);
  const double pages_read = Max(1, share * shape.code_share * path->indexinfo->pages);
  const double pages_cost = pages_read * seq_page_cost_of_space;
  const double centres = shape.lists * kCostOfCentre * cpu_operator_cost;
  const double scored =
      share * rows * (shape.has_vectors ? kCostOfVector : kCostOfCode) * cpu_operator_cost;
  const double reranked_rows = shape.has_vectors ? 0
                               : shape.has_own   ? wanted * kRerankedByOwn
                                                 : wanted * kRerankedPerRow;
  const double reranked = reranked_rows * (random_page_cost_of_space + cpu_tuple_cost);
  *pages = pages_read;
  *startup = centres + pages_cost + scored + reranked;
  *total = *startup + wanted * cpu_index_tuple_cost;
}

}  // namespace vecext::pg
