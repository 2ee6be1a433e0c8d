// Paths of joins by equal keys, between a table that is ordered by a distance and anything that
// does not depend on it. The server itself can keep the order only by an index scan, most of whose
// rows the join may drop. On these paths the other side runs first, and restricts the scan to rows
// with its keys.
#pragma once

namespace vecext::pg {

/// Installs the planner's hook. It has to be called once, when the library is loaded.
void offer_key_joins();

}  // namespace vecext::pg
