#include "pg/am/ivf/ivf.h"

#include <cmath>

#include "core/ivf/lists/record.h"
#include "core/ivf/search/early_termination.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/ivf/ivf_options.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/am/common/target_recall.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Planner& kUnits = kCosts.planner;
constexpr const CostConstants::Lists& kTimes = kCosts.lists;

struct IndexShape {
  double lists;
  bool has_vectors;
  bool has_rerank;
  double code_share;  // the share of a list's pages that have codes and not rerank vectors
  IvfKind kind;
  SearchReach reach;
};

IndexShape shape_of(const IndexOptInfo* info, double wanted) {
  const Relation index = index_open(info->indexoid, NoLock);
  const CachedIndex& cached = *cached_index(index);
  const ivf::Model& model = cached.model;
  const ivf::RecordLayout layout = record_layout(model);
  const auto size = static_cast<double>(layout.size());
  const IndexShape shape{.lists = static_cast<double>(model.lists()),
                         .has_vectors = model.has_vectors(),
                         .has_rerank = layout.rerank > 0,
                         .code_share = (size - static_cast<double>(layout.rerank)) / size,
                         .kind = ivf_kind(index),
                         .reach = reach_of_searches(cached, SearchWay::kPlain, wanted)};
  index_close(index, NoLock);
  return shape;
}

double lists_read(const IndexShape& shape, double rows, double wanted) {
  const int forced = forced_probes(shape.kind == IvfKind::kFlat);
  const double by_rows = shape.lists * wanted / rows;
  const double lists =
      forced > 0 ? static_cast<double>(forced) : lists_for_recall(shape.reach, shape.lists, wanted);
  return Min(shape.lists, Max(lists, by_rows));
}

// --- Searches with conditions --------------------------------------------------------------------

double list_cost(const SearchTraits&) {
  return kTimes.list;
}

double lists_visited(double rows) {
  return kTimes.lists_on_the_way + kTimes.lists_by_root * std::sqrt(rows);
}

double most_at_first(const SearchTraits&) {
  return kTimes.most_at_first;
}

double cost_of_set_search(const SearchTraits&, const SetSearch& search) {
  return (kTimes.lists_of_set + kTimes.lists_of_set_each * search.wanted) * kTimes.list;
}

}  // namespace

constexpr FilteredSearchCosts kFilteredListCosts{.set_step = kTimes.list,
                                                 .rechecked_row = kTimes.rechecked_row,
                                                 .matches_by_chance = false,
                                                 .step = list_cost,
                                                 .steps = lists_visited,
                                                 .most_at_first = most_at_first,
                                                 .search_set = cost_of_set_search};

SearchEffort estimate_lists(const SearchTask& task) {
  const IndexShape shape = shape_of(task.index, task.wanted);
  const double distance = task.width.operators();
  const double share = lists_read(shape, task.rows, task.wanted) / shape.lists;
  const double scored = share * task.rows * (shape.has_vectors ? distance : kUnits.code);
  return {.pages = share * shape.code_share * task.index->pages,
          .page_cost = task.costs.sequential,
          .operators = shape.lists * kUnits.centroid * distance + scored,
          .reranked = shape.has_vectors  ? 0
                      : shape.has_rerank ? task.wanted * kUnits.reranked_beside
                                         : task.wanted * kUnits.reranked_each};
}

SearchTraits list_traits(const IndexOptInfo*) {
  return {};
}

double lists_for_recall(const SearchReach& reach, double lists, double wanted) {
  if (reach.lists > 0) {
    constexpr double kFewRows = 10;
    const double further = std::sqrt(Max(wanted, kFewRows)) - std::sqrt(Max(reach.rows, kFewRows));
    const double read = Max(reach.lists + kTimes.auto_by_root * further, 1);
    return Min(lists, std::ceil(read));
  }
  // The number of lists grows with the square root of the effort.
  const double looked_at = kTimes.auto_lists * std::pow(lists, kTimes.auto_power) +
                           kTimes.auto_by_root * std::sqrt(wanted);
  return Min(lists, std::ceil(std::sqrt(reach.effort) * looked_at));
}

}  // namespace vecext::pg
