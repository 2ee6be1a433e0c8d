// The result row of a function of schema vecext.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/tupdesc.h"
}

namespace vecext::pg {

/// Returns the row type of the function that is being called. Its columns must have these types.
/// Raises an error if the catalog declares other types, which means that the library is newer than
/// the installed extension.
TupleDesc result_row(FunctionCallInfo fcinfo, const Oid* types, int columns);

}  // namespace vecext::pg
