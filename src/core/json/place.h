// Where in a request a value is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// A place in a request: a member or an element of the place around it. It lives on the stack of
/// its reader, below the place around it.
struct JsonPlace {
  const JsonPlace* outer = nullptr;  // null: the whole request, `key` its name, which may be empty
  std::string_view key = {};         // of a member
  std::int64_t index = -1;           // of an element, if not negative

  static JsonPlace argument(std::string_view name) { return {.key = name}; }
  JsonPlace at(std::string_view member) const { return {.outer = this, .key = member}; }
  JsonPlace at(std::int64_t element) const { return {.outer = this, .index = element}; }
};

/// Bytes that the text of a place has at most.
std::size_t text_size(const JsonPlace& place);

/// Writes a place as points[3].vector so that it ends before `end`, where text_size() bytes are;
/// returns where it begins. A key is in quotes unless it has letters, digits, _, $ and - alone, and
/// is shown in part if it is long.
char* write_before(char* end, const JsonPlace& place);

}  // namespace vecext
