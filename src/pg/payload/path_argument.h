// The path that a function of a payload is called with.
#pragma once

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The path that argument `argument` of a strict function is, of type text: parsed once for a call
/// site, in the memory of its FmgrInfo, and again only if another path comes. A path that is not
/// valid raises an ERROR 22023 if it is constant at the call site, and is null otherwise.
///
/// That keeps these functions leakproof: an error shows a path that the statement has, never one
/// that is in a row.
const PayloadPath* path_argument(FunctionCallInfo fcinfo, int argument);

}  // namespace vecext::pg
