// Where a value is in a request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// A place in a request: a member or an element of the place around it. It lives on the stack of
/// its reader, below the place around it.
struct JsonPlace {
  const JsonPlace* outer = nullptr;  // null for the whole request, whose name is `key`, which may
                                     // be empty
  std::string_view key = {};         // key of a member
  std::int64_t index = -1;           // index of an element, if not negative

  static JsonPlace argument(std::string_view name) { return {.key = name}; }
  JsonPlace at(std::string_view member) const { return {.outer = this, .key = member}; }
  JsonPlace at(std::int64_t element) const { return {.outer = this, .index = element}; }
};

/// Returns the most bytes that the text of a place takes.
std::size_t text_size(const JsonPlace& place);

/// Writes a place, such as points[3].vector, so that it ends before `end`, where there are
/// text_size() bytes. Returns where it begins. A key is in quotes unless it has only letters,
/// digits, _, $ and -; a long key is shown in part.
char* write_before(char* end, const JsonPlace& place);

}  // namespace vecext
