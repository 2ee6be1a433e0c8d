// The access methods ivfflat and ivfpq.
#pragma once

#include "pg/am/common/access_method.h"

namespace vecext::pg {

extern const AccessMethod kIvfflatMethod;
extern const AccessMethod kIvfpqMethod;

}  // namespace vecext::pg
