// JSON Web Tokens: texts as they are, and claims under a header that are signed with the right key.
// Only those signed by HS256 are valid, and what they grant is a filter of JSON.
#include <openssl/evp.h>

#include <algorithm>
#include <string>

#include "access/authenticator.h"
#include "base/digest.h"
#include "access/token.h"
#include "base/failure.h"
#include "base/json.h"
#include "fuzz.h"

namespace vecext::gateway::fuzz {
namespace {

constexpr std::string_view kKey = "key";

std::string base64url(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  out.erase(std::find(out.begin(), out.end(), '='), out.end());
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  return out;
}

std::string signed_token(std::string_view header, std::string_view claims) {
  const std::string text = base64url(header) + "." + base64url(claims);
  const Digest digest = hmac_sha256(kKey, text);
  return text + "." + base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void check_token(std::string_view token) {
  const TokenResult result = read_token(token, kKey, "tenant", std::chrono::seconds(1'000'000'000));
  if (result.kind == TokenResult::Kind::kValid && result.claims.grant.value_exists) {
    JsonObject::parse(result.claims.grant.value_exists->filter, "filter");
  }
  static const Authenticator authenticator({.key = std::string(kKey), .role_claim = "tenant"});
  const std::string bearer = "Bearer " + std::string(token);
  try {
    authenticator.authenticate({.authorization = bearer});
  } catch (const Failure& failure) {
    require(failure.kind() == FailureKind::kUnauthenticated ||
            failure.kind() == FailureKind::kForbidden);
  }
}

void check_base64url(std::string_view text) {
  if (const auto decoded = base64url_decoded(text)) {
    require(base64url(*decoded) == text);
  }
  require(base64url_decoded(base64url(text)) == text);
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::gateway::fuzz;
  const std::string_view text = text_of(data, size);
  check_token(text);
  check_base64url(text);
  const auto [header, claims] = split(text, '\n');
  check_token(signed_token(header, claims));
  check_token(signed_token(R"({"alg":"HS256"})", text));
  return 0;
}
