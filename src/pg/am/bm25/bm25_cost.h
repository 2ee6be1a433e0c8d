// The costs of searches of bm25 indexes.
#pragma once

#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"

namespace vecext::pg {

/// AccessMethod::estimate.
SearchEffort estimate_texts(const SearchTask& task);

/// AccessMethod::answers: a query is for the index that it names.
bool answers_query(const IndexPath* path);

extern const FilteredSearchCosts kFilteredTextCosts;

}  // namespace vecext::pg
