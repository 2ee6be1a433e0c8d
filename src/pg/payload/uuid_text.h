// UUIDs in documents and filters.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext::pg {

/// Reads a UUID as Qdrant does: 32 hexadecimal digits of either case, bare or with hyphens as in
/// 8-4-4-4-12, that in braces or after urn:uuid:. Returns false, with `bytes` in any state, if the
/// text is none.
bool read_uuid(std::string_view text, std::uint8_t bytes[16]);

/// Characters of a UUID as the server prints it.
constexpr int kUuidText = 36;
void print_uuid(const std::uint8_t bytes[16], char text[kUuidText]);

}  // namespace vecext::pg
