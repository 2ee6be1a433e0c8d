// UUIDs in documents and filters.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

/// Reads a UUID as Qdrant does: 32 hexadecimal digits of either case, without hyphens or with
/// hyphens as in 8-4-4-4-12. The form with hyphens may be in braces or follow urn:uuid:. Returns
/// false if the text is not a UUID; `bytes` are undefined then.
bool read_uuid(std::string_view text, std::uint8_t bytes[16]);

/// The number of characters of a UUID as the server prints it.
constexpr int kUuidText = 36;
void print_uuid(const std::uint8_t bytes[16], char text[kUuidText]);

}  // namespace vecext
