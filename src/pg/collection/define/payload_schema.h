// The schema of payloads, as constraints of the table.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// Returns the SQL expression payload -> key … for a path that leads to one value. `place` is the
/// place of the path in the request, for errors.
const char* payload_value(const char* payload_column, std::string_view path,
                          const JsonPlace& place);

/// True if the path may reach several values, as a[].b does.
bool reaches_several(std::string_view path);

/// Returns the condition of the CHECK for a key of a payload schema. `spec` is a type, or {"type",
/// "required", "array"}.
const char* payload_check(const char* payload_column, std::string_view key, const Json& spec);

}  // namespace vecext::pg
