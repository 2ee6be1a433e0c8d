// The access method hnsw.
#pragma once

#include "pg/am/common/access_method.h"

namespace vecext::pg {

extern const AccessMethod kHnswMethod;

}  // namespace vecext::pg
