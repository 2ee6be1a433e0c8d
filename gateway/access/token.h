// JSON Web Tokens that are signed by HS256.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "access/grant.h"

namespace vecext::gateway {

/// What a token says. Other claims are ignored.
struct Claims {
  Grant grant;
  std::string role;  // the claim that names a role, or an empty text
};

/// The result of reading a text as a token.
struct TokenResult {
  enum class Kind {
    kValid,
    kMalformed,     // not a token, or one with another algorithm or with malformed claims
    kBadSignature,  // signed with another key
    kExpired,
  };
  Kind kind = Kind::kMalformed;
  Claims claims;  // valid if kind is kValid
};

/// Reads a token and verifies its signature and its time. Before its signature is verified, only
/// the name of its algorithm is read, which must be HS256. `role_claim` is the name of the claim
/// with the role, or empty.
TokenResult read_token(std::string_view token, std::string_view key, std::string_view role_claim,
                       std::chrono::seconds now);

/// Decodes base64url without padding. Returns nothing if the text is not in its canonical form.
std::optional<std::string> base64url_decoded(std::string_view text);

}  // namespace vecext::gateway
