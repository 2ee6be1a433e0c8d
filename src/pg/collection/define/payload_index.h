// Indexes on payloads.
#pragma once

#include "pg/collection/define/rows.h"
#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// Drops the indexes on a key of the payload: all if `type` is null, otherwise the one of that
/// type. Returns false if there was none.
bool drop_payload_indexes(Oid relid, const char* key, const char* type);

/// Adds an index to the registry that another registry had. What the table lacks of the index is
/// created. `entry` is {"key", "type", "options", "index", "array_index", "constraint_name",
/// "requested"}.
void restore_payload_index(const CollectionRow& collection, const Json& entry);

}  // namespace vecext::pg
