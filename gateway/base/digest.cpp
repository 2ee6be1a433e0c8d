#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <charconv>
#include <stdexcept>

namespace vecext::gateway {

namespace {

// OpenSSL looks an algorithm up at each use, unless that has been done.
const EVP_MD* algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kAlgorithm;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  if (EVP_DigestInit_ex(context_.get(), algorithm(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
}

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  Digest digest;
  EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
  return digest;
}

Digest sha256(std::string_view text) {
  Sha256 whole;
  whole.add(text);
  return whole.finish();
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
  Digest digest;
  if (HMAC(algorithm(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
           digest.data(), nullptr) == nullptr) {
    throw std::runtime_error("OpenSSL has no HMAC-SHA256");
  }
  return digest;
}

std::string hexadecimal(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Digest> digest_of_hex(std::string_view hex) {
  Digest digest;
  if (hex.size() != 2 * digest.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* begin = hex.data() + 2 * i;
    const auto [end, fault] = std::from_chars(begin, begin + 2, digest[i], 16);
    if (fault != std::errc() || end != begin + 2) {
      return std::nullopt;
    }
  }
  return digest;
}

bool is_same(const Digest& left, std::string_view right) {
  return right.size() == left.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool is_same(const Digest& left, const Digest& right) {
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace vecext::gateway
