// The schema of payloads, as constraints of the table.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// Returns the SQL expression, payload -> key …, of a path that leads to one value. `place` is
/// where in the request the path is.
const char* payload_value(const char* payload_column, std::string_view path,
                          const JsonPlace& place);

/// True if the path reaches several values: a[].b.
bool reaches_several(std::string_view path);

/// Returns the CHECK of a key of a payload schema: its type, or {"type", "required", "array"}.
const char* payload_check(const char* payload_column, std::string_view key, const Json& spec);

}  // namespace vecext::pg
