// The access method bm25.
#pragma once

#include "pg/am/common/access_method.h"

namespace vecext::pg {

extern const AccessMethod kBm25Method;

}  // namespace vecext::pg
