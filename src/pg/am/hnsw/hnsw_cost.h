// The costs of searches of hnsw indexes.
#pragma once

#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// AccessMethod::estimate.
SearchEffort estimate_graph(const SearchTask& task);

/// AccessMethod::traits, of flat graphs too.
SearchTraits graph_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredGraphCosts;

}  // namespace vecext::pg
