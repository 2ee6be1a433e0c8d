// The costs of searches of inverted indexes.
#pragma once

#include "pg/am/common/filtered_search_costs.h"
#include "pg/am/common/ordered_cost.h"

namespace vecext::pg {

/// AccessMethod::estimate.
SearchEffort estimate_weights(const SearchTask& task);

/// AccessMethod::traits: none that a cost depends on.
SearchTraits weights_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredWeightsCosts;

}  // namespace vecext::pg
