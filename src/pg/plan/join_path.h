// Joins of a table that is ordered by a distance with anything that does not depend on it, by equal
// keys. Core's ways keep the order by an index scan that gives rows for the join to drop, however
// few it leaves. Here the other side runs first, and the scan is restricted to rows with its keys.
#pragma once

namespace vecext::pg {

/// Has the planner consider such joins. To be called once.
void offer_key_joins();

}  // namespace vecext::pg
