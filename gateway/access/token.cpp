#include "access/token.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <set>

#include "base/digest.h"
#include "base/failure.h"
#include "base/json.h"

namespace vecext::gateway {

namespace {

constexpr std::chrono::seconds kLeeway{30};  // clocks differ by that much

int sextet_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

[[noreturn]] void refuse() {
  throw Failure(FailureKind::kBadJson, "a claim has another type");
}

struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view is_signed;  // header and claims
};

std::optional<Parts> parts_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return std::nullopt;
  }
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

bool is_hs256(std::string_view header) {
  const auto text = base64url_decoded(header);
  return text && JsonObject::parse(*text, "header").find_string("alg") == "HS256";
}

// --- Claims --------------------------------------------------------------------------------------

std::uint64_t unsigned_of(RawJson text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) {
    refuse();
  }
  return value;
}

CollectionMode mode_of(const std::string& access) {
  if (access == "r") return CollectionMode::kRead;
  if (access == "rw") return CollectionMode::kReadWrite;
  if (access != "prw") refuse();
  return CollectionMode::kPointsReadWrite;
}

Grant access_of(RawJson access) {
  if (is_string(access)) {
    const std::string mode = json_string(access, "access");
    if (mode == "m") return Grant::everything();
    if (mode != "r") refuse();
    return Grant::reading();
  }
  std::vector<CollectionGrant> collections;
  std::set<std::string> names;
  for (const RawJson text : json_elements(access, "access")) {
    const JsonObject entry = JsonObject::parse(text, "access");
    collections.push_back({json_string(entry.at("collection"), "collection"),
                           mode_of(json_string(entry.at("access"), "access"))});
    // Tokens of old that restricted payloads must not admit more than they did.
    if (entry.find("payload") || !names.insert(collections.back().collection).second) {
      refuse();
    }
  }
  return Grant::of_collections(std::move(collections));
}

// A text, a number or a boolean.
bool is_matched_value(RawJson value) {
  return is_string(value) || value == "true" || value == "false" ||
         (value.find_first_not_of("-0123456789") == value.npos);
}

ValueExists value_exists_of(RawJson text) {
  const JsonObject object = JsonObject::parse(text, "value_exists");
  ValueExists exists;
  exists.collection = json_string(object.at("collection"), "collection");
  const std::vector<RawJson> matches = json_elements(object.at("matches"), "matches");
  exists.filter = json_object([&](JsonWriter& filter) {
    filter.list("must", [&](JsonList& conditions) {
      for (const RawJson match : matches) {
        const JsonObject pair = JsonObject::parse(match, "matches");
        const RawJson value = pair.at("value");
        if (!is_matched_value(value)) {
          refuse();
        }
        conditions.object([&](JsonWriter& condition) {
          condition.string("key", json_string(pair.at("key"), "key"));
          condition.object("match", [&](JsonWriter& equal) { equal.raw("value", value); });
        });
      }
    });
  });
  return exists;
}

// Reads the claims of a token whose signature is right.
TokenResult result_of(RawJson text, std::string_view role_claim, std::chrono::seconds now) {
  TokenResult result;
  result.claims.grant = Grant::everything();
  std::set<std::string_view> seen;
  std::optional<ValueExists> exists;
  std::string namespace_id;
  const JsonObject claims = JsonObject::parse(text, "claims");
  for (const JsonMember& claim : claims.members()) {
    if (!seen.insert(claim.key).second) {
      refuse();  // which of two would hold is a matter of taste
    }
    if (claim.key == "access") {
      result.claims.grant = access_of(claim.value);
    } else if (claim.key == "value_exists" && claim.value != "null") {
      exists = value_exists_of(claim.value);
    } else if (claim.key == role_claim && !role_claim.empty()) {
      result.claims.role = json_string(claim.value, "role");
    } else if (claim.key == "namespace") {
      namespace_id = json_string(claim.value, "namespace");
      if (namespace_id.empty()) {
        refuse();  // it would bind the token to nothing
      }
    }
  }
  result.claims.grant.value_exists = std::move(exists);
  if (!namespace_id.empty()) {
    result.claims.grant.bind_to_namespace(std::move(namespace_id));
  }
  const auto end = claims.find("exp");
  const bool is_over =
      end && unsigned_of(*end) < static_cast<std::uint64_t>((now - kLeeway).count());
  result.kind = is_over ? TokenResult::Kind::kExpired : TokenResult::Kind::kValid;
  return result;
}

}  // namespace

std::optional<std::string> base64url_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;  // of bits that are not written yet
  for (const char c : text) {
    const int sextet = sextet_of(c);
    if (sextet < 0) {
      return std::nullopt;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(sextet);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count);
    }
    bits &= (1u << count) - 1;
  }
  // A text of 4n + 1 characters is cut off, and what is left over of the last one is zero.
  if (count == 6 || bits != 0) {
    return std::nullopt;
  }
  return out;
}

TokenResult read_token(std::string_view token, std::string_view key, std::string_view role_claim,
                       std::chrono::seconds now) {
  TokenResult result;
  try {
    const auto parts = parts_of(token);
    if (!parts || !is_hs256(parts->header)) {
      return result;
    }
    const auto signature = base64url_decoded(parts->signature);
    if (!signature) {
      return result;
    }
    if (!is_same(hmac_sha256(key, parts->is_signed), *signature)) {
      result.kind = TokenResult::Kind::kBadSignature;
      return result;
    }
    const auto claims = base64url_decoded(parts->claims);
    return claims ? result_of(*claims, role_claim, now) : result;
  } catch (const Failure&) {
    return TokenResult();  // not JSON, or a claim of another type
  }
}

}  // namespace vecext::gateway
