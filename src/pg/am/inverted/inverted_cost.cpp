#include "pg/am/inverted/inverted_cost.h"

#include "pg/am/postings/posting_costs.h"

namespace vecext::pg {

namespace {

constexpr const CostConstants::Weights& kTimes = kCosts.weights;

}  // namespace

constexpr FilteredSearchCosts kFilteredWeightsCosts = posting_costs<&CostConstants::weights>(0);

SearchEffort estimate_weights(const SearchTask& task) {
  return {.pages = Min(static_cast<double>(task.index->pages),
                       kTimes.pages_of_search +
                           static_cast<double>(task.index->pages) * kTimes.pages_of_index),
          .page_cost = task.costs.sequential,
          .operators = kTimes.operators_of_search + task.rows * kTimes.operators_of_row,
          .reranked = task.wanted * kTimes.reranked_each};
}

}  // namespace vecext::pg
