// The costs of searches of inverted indexes.
#pragma once

#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"

namespace vecext::pg {

/// AccessMethod::estimate.
SearchEffort estimate_inverted(const SearchTask& task);

extern const FilteredSearchCosts kFilteredInvertedCosts;

}  // namespace vecext::pg
