// Is an operator class one that the access methods can use?
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// INFO messages say what is wrong.
bool validate_opclass(const AccessMethod& method, Oid opclass);

/// A method's amvalidate.
template <const AccessMethod& kMethod>
bool validate(Oid opclass) {
  return validate_opclass(kMethod, opclass);
}

}  // namespace vecext::pg
