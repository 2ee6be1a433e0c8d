// Indexes on payloads.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Drops the indexes on a key of the payload: all if `type` is null, otherwise the one of that
/// type. Returns false if there was none.
bool drop_payload_indexes(Oid relid, const char* key, const char* type);

}  // namespace vecext::pg
