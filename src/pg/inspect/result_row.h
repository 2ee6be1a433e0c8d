// The row that a function of ours gives back.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/tupdesc.h"
}

namespace vecext::pg {

/// The row type of the function called, which is to have columns of these types. Raises where the
/// catalog declares others: the library may be newer than the extension that is installed.
TupleDesc result_row(FunctionCallInfo fcinfo, const Oid* types, int columns);

}  // namespace vecext::pg
