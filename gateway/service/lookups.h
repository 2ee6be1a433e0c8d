// Collections that a search names besides its own.
#pragma once

#include "access/grant.h"
#include "base/json.h"

namespace vecext::gateway {

/// Throws a Failure kForbidden if a request looks something up in a collection of which nothing is
/// granted. The request is JSON as vecext.query takes it, or a list of such requests.
void require_lookups(const Grant& grant, RawJson request);

}  // namespace vecext::gateway
