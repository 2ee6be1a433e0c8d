// The costs of searches of inverted indexes.
#pragma once

#include "pg/am/common/filtered_search_costs.h"
#include "pg/am/common/ordered_cost.h"

namespace vecext::pg {

/// AccessMethod::estimate.
SearchEffort estimate_inverted(const SearchTask& task);

extern const FilteredSearchCosts kFilteredInvertedCosts;

}  // namespace vecext::pg
