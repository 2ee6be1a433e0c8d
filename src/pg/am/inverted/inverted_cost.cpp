#include "pg/am/inverted/inverted_cost.h"

#include "pg/am/common/cost_constants.h"

namespace vecext::pg {

namespace {

constexpr const CostConstants::Weights& kTimes = kCosts.weights;

double window_cost(const SearchTraits&) {
  return kTimes.window;
}

double windows_visited(double rows) {
  return kTimes.windows_on_the_way + rows * kTimes.windows_of_row;
}

double most_at_first(const SearchTraits&) {
  return kTimes.most_at_first;
}

/// A set becomes bits of documents; then a search takes what one without a set does.
double cost_of_set_search(const SearchTraits&, const SetSearch& search) {
  return windows_visited(search.wanted) * kTimes.window + search.table_rows * kTimes.row_of_set;
}

}  // namespace

constexpr FilteredSearchCosts kFilteredWeightsCosts{.set_step = kTimes.window,
                                                    .rechecked_row = kTimes.rechecked_row,
                                                    .measured_row = 0,
                                                    .step = window_cost,
                                                    .steps = windows_visited,
                                                    .most_at_first = most_at_first,
                                                    .search_set = cost_of_set_search};

SearchEffort estimate_weights(const SearchTask& task) {
  return {.pages = Min(static_cast<double>(task.index->pages),
                       kTimes.pages_of_search +
                           static_cast<double>(task.index->pages) * kTimes.pages_of_index),
          .page_cost = task.costs.sequential,
          .operators = kTimes.operators_of_search + task.rows * kTimes.operators_of_row,
          .reranked = task.wanted * kTimes.reranked_each};
}

SearchTraits weights_traits(const IndexOptInfo*) {
  return {};
}

}  // namespace vecext::pg
