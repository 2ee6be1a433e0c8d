// A body of multipart/form-data in a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"

namespace vecext::gateway {

struct FilePart {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Returns the boundary that a Content-Type has, or nothing if that is not multipart/form-data.
std::optional<std::string> boundary_of(std::string_view content_type);

/// Returns where in a body the content of the field `name` is, or nothing if it has no such field
/// with an end. Lets other coroutines of the loop run in between. The texts outlive that.
Task<std::optional<FilePart>> find_field(std::string_view body, std::string boundary,
                                         std::string_view name);
/// Does the same for a body in a file.
Task<std::optional<FilePart>> find_field_in_file(std::filesystem::path file, std::string boundary,
                                                 std::string_view name);

}  // namespace vecext::gateway
