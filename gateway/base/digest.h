// SHA-256 of keys and files, HMAC-SHA256 of tokens, and hexadecimal digits.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vecext::gateway {

using Digest = std::array<unsigned char, 32>;

/// The SHA-256 of bytes that come in parts.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// Returns the digest of all bytes. Nothing can be added or returned afterwards.
  Digest finish();

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

Digest sha256(std::string_view text);
Digest hmac_sha256(std::string_view key, std::string_view text);

/// Returns two digits for each byte.
std::string hexadecimal(std::span<const unsigned char> bytes);

/// Reads a digest in 64 hexadecimal digits, or returns nothing if it is not one.
std::optional<Digest> digest_of_hex(std::string_view hex);

/// True if both are equal. The time that this takes does not depend on where they differ.
bool is_same(const Digest& left, std::string_view right);
bool is_same(const Digest& left, const Digest& right);

}  // namespace vecext::gateway
