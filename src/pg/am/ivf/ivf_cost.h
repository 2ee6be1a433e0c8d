// What searches of an ivfflat or ivfpq index take.
#pragma once

#include "pg/am/common/filtered_search_costs.h"
#include "pg/am/common/ordered_cost.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Of so many lists, those that a search for `wanted` rows looks at, about, for the recall aimed at
/// and a query like the rows.
double lists_for_recall(double lists, double wanted);

SearchEffort estimate_lists(const SearchTask& task);

/// None that a cost depends on.
SearchTraits list_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredListCosts;

}  // namespace vecext::pg
