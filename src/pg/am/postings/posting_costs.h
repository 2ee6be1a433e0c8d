// The costs of searches of posting lists in queries with conditions, computed from the method's
// constants.
#pragma once

#include "pg/am/cost/cost_constants.h"
#include "pg/am/cost/filtered_search_costs.h"

namespace vecext::pg {

/// Implements AccessMethod::traits. Posting lists have no properties that a cost depends on.
inline SearchTraits no_traits(const IndexOptInfo*) {
  return {};
}

template <auto kMethod>
double windows_visited(double rows) {
  return (kCosts.*kMethod).windows_on_the_way + rows * (kCosts.*kMethod).windows_of_row;
}

/// Makes AccessMethod::filtered_costs from a member of CostConstants. A set becomes bits of
/// documents, and a search with these bits takes as long as a search without a set.
template <auto kMethod>
constexpr FilteredSearchCosts posting_costs() {
  return {.set_step = (kCosts.*kMethod).window,
          .rechecked_row = (kCosts.*kMethod).rechecked_row,
          .matches_by_chance = true,
          .step = [](const SearchTraits&) { return (kCosts.*kMethod).window; },
          .steps = windows_visited<kMethod>,
          .most_at_first = [](const SearchTraits&) { return (kCosts.*kMethod).most_at_first; },
          .search_set =
              [](const SearchTraits&, const SetSearch& search) {
                return windows_visited<kMethod>(search.wanted) * (kCosts.*kMethod).window +
                       (search.is_kept ? 0 : search.table_rows * (kCosts.*kMethod).row_of_set);
              }};
}

}  // namespace vecext::pg
