// Indexes on payloads.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Drops the indexes on a key of the payload, or the one of a type if that is not null. Returns
/// false if there is none.
bool drop_payload_indexes(Oid relid, const char* key, const char* type);

}  // namespace vecext::pg
