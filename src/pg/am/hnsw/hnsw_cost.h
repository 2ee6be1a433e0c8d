// What searches of an hnsw index take.
#pragma once

#include "pg/am/common/filtered_search_costs.h"
#include "pg/am/common/ordered_cost.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

SearchEffort estimate_graph(const SearchTask& task);

/// Of a flat graph, whose nodes have no codes, too.
SearchTraits graph_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredGraphCosts;

}  // namespace vecext::pg
