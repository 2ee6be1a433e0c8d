// Is an operator class one that the access methods can use?
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// amvalidate: INFO messages say what is wrong.
bool validate_ivf_opclass(Oid opclass);
bool validate_hnsw_opclass(Oid opclass);

}  // namespace vecext::pg
