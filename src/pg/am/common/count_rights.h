// The right to count the rows of a table by an index.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises an error unless the current user may read all rows of the index's table. The weights of
/// words or dimensions tell how many rows of a table have them, and checks of an index tell how
/// many rows there are. `what` is the function or the query that names the index, for the message.
/// What kind of index it is, is checked later. `hint` is added where row-level security applies,
/// unless it is null.
void check_may_count(Oid index, const char* what, const char* hint);

}  // namespace vecext::pg
