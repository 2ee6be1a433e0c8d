// The access method inverted.
#pragma once

#include "pg/am/common/access_method.h"

namespace vecext::pg {

extern const AccessMethod kInvertedMethod;

}  // namespace vecext::pg
