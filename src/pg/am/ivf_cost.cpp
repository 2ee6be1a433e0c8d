#include "pg/am/ivf_cost.h"

#include <cmath>

#include "core/ivf/record.h"
#include "core/ivf/early_termination.h"
#include "pg/am/ivf_build.h"
#include "pg/am/ivf_options.h"
#include "pg/am/model_cache.h"
#include "pg/am/ordered_cost.h"
#include "pg/am/target_recall.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

namespace {

/// To compare a list's centroid, as a share of a distance.
constexpr double kCostOfCentroid = 0.3;
/// Rows of the table looked at for each row wanted, with vectors beside the codes.
constexpr double kRerankedByRerank = 1.2;

/// Of k lists a search for n rows looks at kAutoLists * k^kAutoPower + kAutoListsPerRow * sqrt(n)
/// for kDefaultRecall: fitted to 10,000 to 1,018,437 rows, 33 to 3,394 lists (core/ivf/README.md).
constexpr double kAutoLists = 0.34;
constexpr double kAutoPower = 0.75;
constexpr double kAutoListsPerRow = 3.5;

struct IndexShape {
  double lists;
  bool has_vectors;
  bool has_rerank;
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
                         .has_rerank = layout.rerank > 0,
                         .code_share = (size - static_cast<double>(layout.rerank)) / size,
                         .kind = ivf_kind(index)};
  index_close(index, NoLock);
  return shape;
}

double lists_read(const IndexShape& shape, double rows, double wanted) {
  const int forced = forced_probes(shape.kind == IvfKind::kFlat);
  const double by_rows = shape.lists * wanted / rows;
  const double lists =
      forced > 0 ? static_cast<double>(forced) : lists_for_recall(shape.lists, wanted);
  return Min(shape.lists, Max(lists, by_rows));
}

SearchEffort estimate_lists(const SearchTask& task) {
  const IndexShape shape = shape_of(task.index);
  const double distance = task.width.operators();
  const double share = lists_read(shape, task.rows, task.wanted) / shape.lists;
  const double scored = share * task.rows * (shape.has_vectors ? distance : kCostOfCode);
  return {.pages = share * shape.code_share * task.index->pages,
          .page_cost = task.costs.sequential,
          .operators = shape.lists * kCostOfCentroid * distance + scored,
          .reranked = shape.has_vectors  ? 0
                      : shape.has_rerank ? task.wanted * kRerankedByRerank
                                         : task.wanted * kRerankedPerRow};
}

}  // namespace

double lists_for_recall(double lists, double wanted) {
  // Their number grows as the root of the share that may be missing.
  const double missing = target_recall == 0 ? 1 - kDefaultRecall : 1 - target_recall;
  const double growth = std::sqrt((1 - kDefaultRecall) / missing);
  const double looked_at =
      kAutoLists * std::pow(lists, kAutoPower) + kAutoListsPerRow * std::sqrt(wanted);
  return Min(lists, std::ceil(growth * looked_at));
}

void ivf_cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                       Selectivity* selectivity, double* correlation, double* pages) {
  estimate_ordered_scan(root, path, estimate_lists,
                        {startup, total, selectivity, correlation, pages});
}

}  // namespace vecext::pg
