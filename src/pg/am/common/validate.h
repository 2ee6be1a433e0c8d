// Checks that an access method can use an operator class.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// True if the operator class is valid for the method. An INFO message reports each fault.
bool validate_opclass(const AccessMethod& method, Oid opclass);

/// The callback amvalidate of a method.
template <const AccessMethod& kMethod>
bool validate(Oid opclass) {
  return validate_opclass(kMethod, opclass);
}

}  // namespace vecext::pg
