// The costs of searches of bm25 indexes.
#pragma once

#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"

namespace vecext::pg {

/// AccessMethod::estimate.
SearchEffort estimate_texts(const SearchTask& task);

/// AccessMethod::traits.
SearchTraits text_traits(const IndexOptInfo* index);

/// What computing a score or a match without a scan takes for a value of the index that a query
/// names, in units of cpu_operator_cost; 0 if it names none.
double operators_of_score(Oid named);

/// AccessMethod::answers: a query is for the index that it names.
bool answers_query(const IndexPath* path);

extern const FilteredSearchCosts kFilteredTextCosts;

}  // namespace vecext::pg
