// The right to count the rows of a table by an index.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Weights of words or dimensions tell how many rows of a table have them, and checks of an index
/// how many there are. So raises an error unless the current user may read all rows of the index's
/// table: `what` names the index. What else it is, is seen later. The hint is of row-level
/// security, null for none.
void check_may_count(Oid index, const char* what, const char* hint);

}  // namespace vecext::pg
