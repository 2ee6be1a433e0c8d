#include "access/authenticator.h"

#include <chrono>
#include <optional>
#include <stdexcept>

#include "access/token.h"
#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr std::string_view kBearer = "Bearer ";

[[noreturn]] void refuse(FailureKind kind, std::string message) {
  throw Failure(kind, std::move(message));
}

std::chrono::seconds now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace

Authenticator::Authenticator(const AccessOptions& options)
    : read_role_(options.read_role),
      write_role_(options.write_role),
      role_claim_(options.role_claim) {
  add(options.key, options.key_sha256, true);
  add(options.alternative_key, options.alternative_key_sha256, true);
  add(options.read_only_key, options.read_only_key_sha256, false);
}

void Authenticator::add(const std::string& key, const std::string& sha256_hex, bool may_write) {
  if (!key.empty()) {
    keys_.push_back({sha256(key), may_write});
    if (may_write) {
      secrets_.push_back(key);
    }
  }
  if (!sha256_hex.empty()) {
    const auto digest = digest_of_hex(sha256_hex);
    if (!digest) {
      throw std::invalid_argument("the SHA-256 of a key must be 64 hexadecimal digits");
    }
    keys_.push_back({*digest, may_write});
  }
}

Grant Authenticator::authenticate(const Credentials& headers) const {
  Grant grant = grant_of_key(headers);
  grant.choose_namespace(headers.namespace_id);
  return grant;
}

Grant Authenticator::grant_of_key(const Credentials& headers) const {
  if (admits_all()) {
    return with_role(Grant::everything());
  }
  std::string_view given = headers.api_key;
  if (given.empty() && headers.authorization.starts_with(kBearer)) {
    given = headers.authorization.substr(kBearer.size());
  }
  if (given.empty()) {
    refuse(FailureKind::kUnauthenticated,
           "Must provide an API key or an Authorization bearer token");
  }
  const Digest digest = sha256(given);
  bool may_write = false;
  bool may_read = false;
  for (const Key& key : keys_) {
    const bool is_this_one = is_same(key.digest, digest);
    may_write = may_write || (is_this_one && key.may_write);
    may_read = may_read || is_this_one;
  }
  if (may_read) {
    return with_role(may_write ? Grant::everything() : Grant::reading());
  }
  return grant_of_token(given);
}

Grant Authenticator::grant_of_token(std::string_view token) const {
  auto kind = TokenResult::Kind::kMalformed;
  for (const std::string& secret : secrets_) {
    TokenResult result = read_token(token, secret, role_claim_, now());
    if (result.kind == TokenResult::Kind::kValid) {
      if (result.claims.role.empty()) {
        Grant grant = with_role(std::move(result.claims.grant));
        if (!role_claim_.empty() && grant.role.empty()) {
          refuse(FailureKind::kForbidden, "The token names no role");
        }
        return grant;
      }
      // SET ROLE none would give the request the gateway's own role, which may see everything.
      if (result.claims.role == "none") {
        refuse(FailureKind::kForbidden, "The role of the token cannot be taken");
      }
      result.claims.grant.role = std::move(result.claims.role);
      return std::move(result.claims.grant);
    }
    kind = kind == TokenResult::Kind::kMalformed ? result.kind : kind;
  }
  switch (kind) {
    case TokenResult::Kind::kExpired:
      refuse(FailureKind::kForbidden, "ExpiredSignature");
    case TokenResult::Kind::kBadSignature:
      refuse(FailureKind::kForbidden, "InvalidSignature");
    default:
      refuse(FailureKind::kUnauthenticated, "Invalid API key or JWT");
  }
}

Grant Authenticator::with_role(Grant grant) const {
  grant.role = grant.is_read_only() ? read_role_ : write_role_;
  return grant;
}

}  // namespace vecext::gateway
