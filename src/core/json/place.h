// Where a value is in a request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecext {

/// A place in a request: a member or an element of the value at the place `outer`. Each place lives
/// on the stack of the function that reads it, and `outer` on the stack of a caller.
struct JsonPlace {
  const JsonPlace* outer = nullptr;  // null for the whole request; then `key` is the name of the
                                     // request, and may be empty
  std::string_view key = {};         // key of a member
  std::int64_t index = -1;           // index of an element; negative if the place is not an element

  static JsonPlace argument(std::string_view name) { return {.key = name}; }
  JsonPlace at(std::string_view member) const { return {.outer = this, .key = member}; }
  JsonPlace at(std::int64_t element) const { return {.outer = this, .index = element}; }
};

/// Returns the most bytes that the text of a place takes.
std::size_t text_size(const JsonPlace& place);

/// Writes a place, such as points[3].vector, so that it ends before `end`. There must be
/// text_size() bytes before `end`. Returns where the text begins. A key is in quotes unless it has
/// only letters, digits, _, $ and -. A long key is shown in part.
char* write_before(char* end, const JsonPlace& place);

}  // namespace vecext
