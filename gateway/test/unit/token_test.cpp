// Tokens: what is accepted, and as what.
#include "access/token.h"

#include <doctest/doctest.h>

#include "access/authenticator.h"
#include "base/digest.h"
#include "base/failure.h"

using namespace vecext::gateway;
using Kind = TokenResult::Kind;

namespace {

constexpr std::string_view kKey = "a key of the test";
constexpr std::chrono::seconds kNow{2000000000};

std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) {
      out += kDigits[bits >> (count - 6) & 63];
    }
  }
  if (count > 0) {
    out += kDigits[bits << (6 - count) & 63];
  }
  return out;
}

std::string token_of(std::string_view claims, std::string_view key = kKey,
                     std::string_view header = R"({"alg":"HS256","typ":"JWT"})") {
  const std::string text = encoded(header) + "." + encoded(claims);
  const Digest signature = hmac_sha256(key, text);
  return text + "." + encoded({reinterpret_cast<const char*>(signature.data()), signature.size()});
}

Kind kind_of(std::string_view token) {
  return read_token(token, kKey, "", kNow).kind;
}

Grant grant_of(std::string_view claims) {
  TokenResult result = read_token(token_of(claims), kKey, "", kNow);
  REQUIRE(result.kind == Kind::kValid);
  return result.claims.grant;
}

FailureKind refusal(const Authenticator& authenticator, std::string_view key,
                    std::string_view authorization = "", std::string_view wanted = "") {
  try {
    authenticator.authenticate({key, authorization, wanted});
  } catch (const Failure& failure) {
    return failure.kind();
  }
  return FailureKind::kInternal;
}

}  // namespace

TEST_CASE("base64url has one form") {
  CHECK(base64url_decoded("") == "");
  CHECK(base64url_decoded("Zg") == "f");
  CHECK(base64url_decoded("Zm8") == "fo");
  CHECK(base64url_decoded("Zm9v") == "foo");
  CHECK(base64url_decoded("-_-_") == "\xfb\xff\xbf");
  for (const char* text : {"Z", "Zh", "Zm9", "Zg==", "Zm8=", "+/+/", "Zm 8", "Zm\n8", "Zm9vZ"}) {
    CHECK_MESSAGE(!base64url_decoded(text), text);
  }
}

TEST_CASE("a token of RFC 7515 is verified") {
  // Appendix A.1, whose key has bytes of any value.
  const std::string key = *base64url_decoded(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const std::string_view token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh"
      "0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  CHECK(read_token(token, key, "", std::chrono::seconds(1300819000)).kind == Kind::kValid);
  CHECK(read_token(token, key, "", std::chrono::seconds(1300819410)).kind == Kind::kValid);
  CHECK(read_token(token, key, "", std::chrono::seconds(1300819411)).kind == Kind::kExpired);
  CHECK(read_token(token, "another", "", kNow).kind == Kind::kBadSignature);
}

TEST_CASE("tokens that are not what they should be are refused") {
  const std::string good = token_of("{}");
  CHECK(kind_of(good) == Kind::kValid);
  for (const std::string& token :
       {std::string(), std::string("a"), std::string("a.b"), std::string(".."), good + ".",
        "." + good, good + "=", good.substr(0, good.rfind('.')), std::string(1000000, '.'),
        std::string(1000000, 'a'), " " + good}) {
    CHECK(kind_of(token) == Kind::kMalformed);
  }
  // The signature stands for the key, and its length too.
  CHECK(kind_of(good.substr(0, good.rfind('.') + 1)) == Kind::kBadSignature);
  CHECK(kind_of(good.substr(0, good.size() - 4)) == Kind::kBadSignature);
  CHECK(kind_of(token_of("{}", "another")) == Kind::kBadSignature);
  CHECK(kind_of(token_of("{}", "")) == Kind::kBadSignature);
}

TEST_CASE("other algorithms are refused, whatever they are signed with") {
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"hs256"})", R"({"alg":"HS384"})",
        R"({"alg":"RS256"})", R"({"alg":["HS256"]})", R"({"alg":null})", R"({})", R"([])", "HS256",
        R"({"alg":"HS256")", ""}) {
    CHECK_MESSAGE(kind_of(token_of("{}", kKey, header)) == Kind::kMalformed, header);
  }
  const std::string unsigned_one = encoded(R"({"alg":"none"})") + "." + encoded("{}") + ".";
  CHECK(kind_of(unsigned_one) == Kind::kMalformed);
}

TEST_CASE("claims of other types are refused, not ignored") {
  for (const char* claims :
       {"",
        "[]",
        "{",
        "{}x",
        R"({"exp":"1"})",
        R"({"exp":-1})",
        R"({"exp":1.5})",
        R"({"exp":1e99})",
        R"({"exp":99999999999999999999})",
        R"({"access":null})",
        R"({"access":"rw"})",
        R"({"access":"M"})",
        R"({"access":{}})",
        R"({"access":true})",
        R"({"access":["a"]})",
        R"({"access":[{"collection":"a"}]})",
        R"({"access":[{"access":"r"}]})",
        R"({"access":[{"collection":"a","access":"m"}]})",
        R"({"access":[{"collection":1,"access":"r"}]})",
        R"({"access":[{"collection":"a","access":"r"},{"collection":"a","access":"rw"}]})",
        R"({"access":[{"collection":"a","access":"r","payload":{"tenant":1}}]})",
        R"({"access":"r","access":"m"})",
        R"({"access":"m","\u0061ccess":"r"})",
        R"({"exp":1,"exp":null})",
        R"({"namespace":""})",
        R"({"namespace":null})",
        R"({"namespace":1})",
        R"({"namespace":["a"]})",
        R"({"namespace":"a","namespace":"b"})",
        R"({"value_exists":{"collection":"a"}})",
        R"({"value_exists":{"matches":[]}})",
        R"({"value_exists":[]})",
        R"({"value_exists":{"collection":"a","matches":[{"key":"k"}]}})",
        R"({"value_exists":{"collection":"a","matches":[{"key":"k","value":[1]}]}})",
        R"({"value_exists":{"collection":"a","matches":[{"key":"k","value":1.5}]}})"}) {
    CHECK_MESSAGE(kind_of(token_of(claims)) == Kind::kMalformed, claims);
  }
  CHECK(kind_of(token_of("{\"sub\":\"\xff\"}")) == Kind::kMalformed);  // not UTF-8
}

TEST_CASE("a token ends with 30 seconds of grace") {
  CHECK(kind_of(token_of(R"({"exp":1999999970})")) == Kind::kValid);
  CHECK(kind_of(token_of(R"({"exp":1999999969})")) == Kind::kExpired);
  CHECK(kind_of(token_of(R"({"exp":0})")) == Kind::kExpired);
  CHECK(kind_of(token_of(R"({"exp":null})")) == Kind::kValid);
  CHECK(kind_of(token_of(R"({"exp":18446744073709551615})")) == Kind::kValid);
}

TEST_CASE("access is what the token says") {
  CHECK_NOTHROW(grant_of("{}").require_global(Access::kManage));
  CHECK_NOTHROW(grant_of(R"({"access":"m"})").require(Access::kWriteExtras, "any"));
  const Grant reading = grant_of(R"({"access":"r"})");
  CHECK_NOTHROW(reading.require_global(Access::kRead));
  CHECK_NOTHROW(reading.require(Access::kReadExtras, "any"));
  CHECK_THROWS_WITH(reading.require(Access::kWrite, "any"), "Global manage access is required");
  CHECK(reading.is_read_only());
  const Grant nothing = grant_of(R"({"access":[]})");
  CHECK_THROWS_WITH(nothing.require_global(Access::kRead), "Global access is required");
  CHECK_THROWS_WITH(nothing.require(Access::kRead, ""), "Access to collection  is required");
}

TEST_CASE("access is by collection") {
  const Grant grant =
      grant_of(R"({"access":[{"collection":"r","access":"r"},{"collection":"w","access":"rw"},)"
               R"({"collection":"p","access":"prw"}]})");
  CHECK_FALSE(grant.is_read_only());
  CHECK_FALSE(grant.is_global());
  const auto admitted = [&](std::string_view collection) {
    std::string out;
    for (const Access needed : {Access::kRead, Access::kReadExtras, Access::kWrite,
                                Access::kWriteExtras, Access::kManage}) {
      out += grant.admits(needed, collection) ? '1' : '0';
    }
    return out;
  };
  CHECK(admitted("r") == "11000");
  CHECK(admitted("w") == "11110");
  CHECK(admitted("p") == "10100");
  CHECK(admitted("R") == "00000");
  CHECK(admitted("r ") == "00000");
  CHECK_THROWS_WITH(grant.require(Access::kRead, "x"), "Access to collection x is required");
  CHECK_THROWS_WITH(grant.require(Access::kWrite, "r"), "Write access to collection r is required");
  CHECK_THROWS_WITH(grant.require(Access::kWriteExtras, "p"),
                    "Only points access is allowed for collection p");
  CHECK_THROWS_WITH(grant.require(Access::kManage, "w"),
                    "Manage access for this operation is required");
  CHECK_THROWS_WITH(grant.require_global(Access::kRead), "Global access is required");
  CHECK_NOTHROW(grant.require_any("p"));
}

TEST_CASE("a token of a namespace is for points of that namespace") {
  AccessOptions options;
  options.key = "key";
  const Authenticator authenticator(options);
  const auto chosen = [&](std::string_view claims, std::string_view wanted) {
    return authenticator.authenticate({token_of(claims, "key"), "", wanted}).namespace_id();
  };
  constexpr std::string_view kOfAcme = R"({"namespace":"acme"})";
  CHECK(chosen("{}", "") == "");
  CHECK(chosen("{}", "acme") == "acme");
  CHECK(chosen(kOfAcme, "") == "acme");
  CHECK(chosen(kOfAcme, "acme") == "acme");
  CHECK(Authenticator({}).authenticate({"", "", "acme"}).namespace_id() == "acme");
  for (const char* other : {"other", "ACME", "acme ", " "}) {
    CHECK(refusal(authenticator, token_of(kOfAcme, "key"), "", other) == FailureKind::kForbidden);
  }
  const Grant grant = grant_of(kOfAcme);
  CHECK_NOTHROW(grant.require(Access::kRead, "any"));
  CHECK_NOTHROW(grant.require(Access::kWrite, "any"));
  constexpr const char* kPointsOnly = "Only points access is allowed for a key of a namespace";
  for (const Access needed : {Access::kReadExtras, Access::kWriteExtras, Access::kManage}) {
    CHECK_FALSE(grant.admits(needed, "any"));
    CHECK_THROWS_WITH(grant.require_global(needed), kPointsOnly);
  }
  // What is about the server is about all namespaces.
  CHECK_THROWS_WITH(grant.require_global(Access::kRead), kPointsOnly);
  CHECK_THROWS_WITH(grant.require_global(Access::kWrite), kPointsOnly);
  CHECK_FALSE(grant.is_of_server());
  CHECK(grant_of(R"({"access":"r"})").is_of_server());
  CHECK_FALSE(grant.manages());
  CHECK_FALSE(grant.is_read_only());
  CHECK(grant_of("{}").manages());
  CHECK_FALSE(grant_of(R"({"access":"r"})").manages());
  // A list says by itself what it admits.
  const Grant listed =
      grant_of(R"({"namespace":"acme","access":[{"collection":"c","access":"rw"}]})");
  CHECK(listed.admits(Access::kWriteExtras, "c"));
  CHECK_FALSE(listed.admits(Access::kManage, "c"));
}

TEST_CASE("the namespace that a request chooses takes no right") {
  AccessOptions options;
  options.key = "key";
  const Grant grant = Authenticator(options).authenticate({"key", "", "acme"});
  CHECK(grant.namespace_id() == "acme");
  CHECK(grant.manages());
}

TEST_CASE("a value that must exist is a filter") {
  const Grant grant =
      grant_of(R"({"value_exists":{"collection":"c","matches":[{"key":"a\"b","value":"x"},)"
               R"({"key":"n","value":-5}]}})");
  REQUIRE(grant.value_exists);
  CHECK(grant.value_exists->collection == "c");
  CHECK(grant.value_exists->filter ==
        R"({"must":[{"key":"a\"b","match":{"value":"x"}},{"key":"n","match":{"value":-5}}]})");
}

TEST_CASE("keys are compared as a whole") {
  AccessOptions options;
  options.key = "write";
  options.alternative_key = "other";
  const Digest digest = sha256("read");
  for (const unsigned char byte : digest) {
    options.read_only_key_sha256 += "0123456789abcdef"[byte >> 4];
    options.read_only_key_sha256 += "0123456789ABCDEF"[byte & 15];
  }
  const Authenticator authenticator(options);
  CHECK_FALSE(authenticator.authenticate({"write", "", ""}).is_read_only());
  CHECK_FALSE(authenticator.authenticate({"", "Bearer other", ""}).is_read_only());
  CHECK(authenticator.authenticate({"read", "", ""}).is_read_only());
  for (const char* key : {"writ", "write ", "WRITE", "reader", "writeother"}) {
    CHECK(refusal(authenticator, key) == FailureKind::kUnauthenticated);
  }
  CHECK(refusal(authenticator, "") == FailureKind::kUnauthenticated);
  CHECK(refusal(authenticator, "", "bearer write") == FailureKind::kUnauthenticated);
  CHECK(refusal(authenticator, "wrong", "Bearer write") == FailureKind::kUnauthenticated);
  CHECK(refusal(authenticator, options.read_only_key_sha256) == FailureKind::kUnauthenticated);
  // Both keys that may write sign tokens, and no others do.
  CHECK_NOTHROW(authenticator.authenticate({token_of("{}", "write"), "", ""}));
  CHECK_NOTHROW(authenticator.authenticate({token_of("{}", "other"), "", ""}));
  CHECK(refusal(authenticator, token_of("{}", "read")) == FailureKind::kForbidden);
  CHECK(refusal(authenticator, token_of(R"({"exp":1})", "write")) == FailureKind::kForbidden);
  CHECK_FALSE(Authenticator({}).authenticate({"", "", ""}).is_read_only());
  options.key_sha256 = "12";
  CHECK_THROWS_AS(Authenticator{options}, std::invalid_argument);
}

TEST_CASE("a role is of the key, or of the token") {
  AccessOptions options;
  options.key = "write";
  options.read_only_key = "read";
  options.read_role = "reader";
  options.write_role = "writer";
  CHECK(Authenticator(options).authenticate({"write", "", ""}).role == "writer");
  CHECK(Authenticator(options).authenticate({"read", "", ""}).role == "reader");
  options.role_claim = "tenant";
  const auto role_of = [&](std::string_view claims) {
    return Authenticator(options).authenticate({token_of(claims, "write"), "", ""}).role;
  };
  CHECK(role_of(R"({"tenant":"a b"})") == "a b");
  CHECK(role_of(R"({"access":"r"})") == "reader");
  CHECK(role_of(R"({"tenant":""})") == "writer");
  CHECK_THROWS_AS(role_of(R"({"tenant":"none"})"), Failure);
  CHECK_THROWS_AS(role_of(R"({"tenant":5})"), Failure);
  options.write_role = "";
  CHECK_THROWS_AS(role_of("{}"), Failure);
}
