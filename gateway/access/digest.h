// SHA-256 of keys, and HMAC-SHA256 of tokens.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace vecext::gateway {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view text);
Digest hmac_sha256(std::string_view key, std::string_view text);

/// Reads a digest in 64 hexadecimal digits, or returns nothing if it is not one.
std::optional<Digest> digest_of_hex(std::string_view hex);

/// True if both are equal. The time that this takes does not depend on where they differ.
bool is_same(const Digest& left, std::string_view right);
bool is_same(const Digest& left, const Digest& right);

}  // namespace vecext::gateway
