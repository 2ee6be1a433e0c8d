// Reads the path that a function of a payload is called with.
#pragma once

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the path in an argument of type text of a strict function. It is parsed once for a call
/// site, in the memory of the FmgrInfo, and again only if another path comes. If the path is not
/// valid, raises an ERROR 22023 if the argument is constant at the call site, and returns null
/// otherwise.
///
/// So these functions are leakproof: an error shows only a path that is in the statement, never a
/// path from a row.
const PayloadPath* path_argument(FunctionCallInfo fcinfo, int argument);

}  // namespace vecext::pg
