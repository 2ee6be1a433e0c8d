// Makes a grant of the key or the token of a request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "access/grant.h"

namespace vecext::gateway {

/// Keys, or their SHA-256 in hexadecimal digits. A key whose text is empty is not set. If no key is
/// set, every request may do everything.
struct AccessOptions {
  std::string key;
  std::string alternative_key;
  std::string read_only_key;
  std::string key_sha256;
  std::string alternative_key_sha256;
  std::string read_only_key_sha256;
  std::string read_role;   // for requests whose key admits reads alone
  std::string write_role;  // for all other requests
  std::string role_claim;  // the claim of tokens that names their role
};

/// The headers of a request that say what it may do. Those that it lacks are empty.
struct Credentials {
  std::string_view api_key;
  std::string_view authorization;
  std::string_view namespace_id;  // x-namespace: the namespace that it wants
};

class Authenticator {
 public:
  /// Throws std::invalid_argument if a digest is not one.
  explicit Authenticator(const AccessOptions& options);

  /// Returns what a request may do, from its headers. Throws a Failure kUnauthenticated if there is
  /// no key or an unknown one, and a Failure kForbidden if a token is signed with another key, has
  /// expired, has no role where it needs one, or is of another namespace than the request wants.
  Grant authenticate(const Credentials& headers) const;

  /// True if no key is set, so that every request may do everything.
  bool admits_all() const { return keys_.empty(); }

 private:
  void add(const std::string& key, const std::string& sha256, bool may_write);
  Grant grant_of_key(const Credentials& headers) const;
  Grant grant_of_token(std::string_view token) const;
  Grant with_role(Grant grant) const;

  struct Key {
    Digest digest;
    bool may_write;
  };
  std::vector<Key> keys_;
  std::vector<std::string> secrets_;  // that tokens are signed with: the keys that may write
  std::string read_role_;
  std::string write_role_;
  std::string role_claim_;
};

}  // namespace vecext::gateway
