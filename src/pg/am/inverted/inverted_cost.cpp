#include "pg/am/inverted/inverted.h"

#include "pg/am/postings/posting_costs.h"

namespace vecext::pg {

namespace {

constexpr const CostConstants::Inverted& kConstants = kCosts.inverted;

}  // namespace

constexpr FilteredSearchCosts kFilteredInvertedCosts = posting_costs<&CostConstants::inverted>();

SearchEffort estimate_inverted(const SearchTask& task) {
  return {.pages = Min(static_cast<double>(task.index->pages),
                       kConstants.pages_of_search +
                           static_cast<double>(task.index->pages) * kConstants.pages_of_index),
          .page_cost = task.costs.sequential,
          .operators = kConstants.operators_of_search + task.rows * kConstants.operators_of_row,
          .reranked = task.wanted * kConstants.reranked_each};
}

}  // namespace vecext::pg
