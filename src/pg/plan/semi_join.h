// Conditions that look rows up in other tables, as conditions that an index can serve.
//
// `category IN (SELECT …)` and `EXISTS (SELECT … WHERE c.id = category)` would become joins, and a
// join has no order by distance: all its rows would be compared. Where the query is ordered by a
// distance that one of our indexes knows and has a LIMIT, they become `category = ANY (ARRAY
// (SELECT …))`: the inner query runs first, once, and what it finds restricts the search.
#pragma once

namespace vecext::pg {

/// Has the planner do so. To be called once.
void rewrite_semi_joins();

}  // namespace vecext::pg
