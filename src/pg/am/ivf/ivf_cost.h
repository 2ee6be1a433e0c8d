// The costs of searches of ivfflat and ivfpq indexes.
#pragma once

#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The estimated number of lists, of `lists`, that a search for `wanted` rows reads for the target
/// recall, if the query is near the rows.
double lists_for_recall(const SearchReach& reach, double lists, double wanted);

/// AccessMethod::estimate.
SearchEffort estimate_lists(const SearchTask& task);

/// AccessMethod::traits: none that a cost depends on.
SearchTraits list_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredListCosts;

}  // namespace vecext::pg
