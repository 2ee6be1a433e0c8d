// Encodings of bodies: Content-Encoding and Accept-Encoding.
#pragma once

#include <optional>
#include <string_view>

namespace vecext::gateway {

enum class Encoding { kIdentity, kDeflate };  // deflate, with the frame of gzip or of zlib

/// Returns the encoding that a header Content-Encoding names, or nothing if it is not offered.
std::optional<Encoding> encoding_of(std::string_view header);

/// True if a header Accept-Encoding takes gzip.
bool accepts_gzip(std::string_view header);

}  // namespace vecext::gateway
