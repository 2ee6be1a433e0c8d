// The right to count the rows of a table by an index.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises an error unless the current user may read all rows of the index's table. The weights of
/// words or dimensions tell how many rows of a table have them, and checks of an index tell how
/// many rows there are. `what` is the function or the query that names the index, for the message.
/// `hint` is added to the error if row-level security is its reason, unless `hint` is null. Does
/// nothing if `index` is not an index: the caller checks later what it is.
void check_may_count(Oid index, const char* what, const char* hint);

}  // namespace vecext::pg
