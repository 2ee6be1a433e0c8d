// Compressed bodies: Content-Encoding and Accept-Encoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"

namespace vecext::gateway {

enum class Encoding { kIdentity, kDeflate };  // deflate, with the frame of gzip or of zlib

/// Returns the encoding that a header Content-Encoding names, or nothing if it is not offered.
std::optional<Encoding> encoding_of(std::string_view header);

/// True if a header Accept-Encoding takes gzip.
bool accepts_gzip(std::string_view header);

/// Decompresses a body, and lets other coroutines of the loop run in between. Throws a Failure
/// kBadJson if it is not compressed as it should be, or if more than `limit` bytes come of it.
Task<std::string> inflate_body(std::string_view body, std::uint64_t limit);

/// Returns a body compressed by gzip. Lets other coroutines of the loop run in between.
Task<std::string> gzip_body(std::string_view body);

}  // namespace vecext::gateway
