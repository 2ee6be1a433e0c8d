#include "wire/json/checks.h"

#include <algorithm>
#include <boost/uuid/string_generator.hpp>
#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/failure.h"
#include "wire/json/config_types.h"

namespace vecext::gateway {

namespace {

constexpr std::uint64_t kLeastEfConstruct = 4;

[[noreturn]] void refuse(std::string_view path, const std::string& rule) {
  throw Failure(FailureKind::kValidation,
                "Validation error in JSON body: [" + std::string(path) + ": " + rule + "]");
}

void check_hnsw(const JsonObject& of, std::string_view path) {
  if (const auto hnsw = of.find("hnsw_config")) {
    check_least(JsonObject::parse(*hnsw, "hnsw_config"), "ef_construct", kLeastEfConstruct, path);
  }
}

// Numbers of shards and the like.
void check_positive(const JsonObject& body, std::string_view name) {
  const auto value = body.find_integer(name);
  if (value && *value < 0) {
    throw Failure(FailureKind::kBadJson, "Format error in JSON body: invalid value: integer `" +
                                             std::to_string(*value) + "`, expected u32");
  }
  check_least(body, name, 1, name);
}

bool is_of_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Returns where the text goes on behind a string that begins at `at`.
std::size_t end_of_string(RawJson text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    at += text[at] == '\\' ? 1 : 0;
  }
  return at + 1;
}

// Only a number with an exponent, or with more digits than any double has before its point, can be
// out of range.
bool is_in_range(std::string_view number) {
  constexpr std::size_t kMostDigits = 308;
  if (number.size() <= kMostDigits && number.find_first_of("eE") == std::string_view::npos) {
    return true;
  }
  double value;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec !=
         std::errc::result_out_of_range;
}

void require_vector(const JsonMember& member, std::string_view path) {
  if (member.value == "null") {
    throw Failure(FailureKind::kBadJson, "Format error in JSON body: " + std::string(path) + "." +
                                             member.key + ": expected a vector, got null");
  }
}

void check_feedback(const JsonObject& feedback) {
  const std::string path = "internal.query.relevance_feedback";
  if (json_elements(feedback.find("feedback").value_or("[]"), "feedback").empty()) {
    refuse(path + ".feedback", "feedback elements must be non-empty");
  }
  const JsonObject strategy =
      JsonObject::parse(feedback.find("strategy").value_or("{}"), "strategy");
  const JsonObject naive = JsonObject::parse(strategy.find("naive").value_or("{}"), "naive");
  for (const JsonMember& weight : naive.members()) {
    if (weight.value.starts_with('-')) {
      refuse(path + ".strategy.naive." + weight.key,
             "value " + std::string(weight.value) + " invalid, must be 0.0 or larger");
    }
  }
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kUrn = "urn:uuid:";
  text.remove_prefix(text.starts_with(kUrn) ? kUrn.size() : 0);
  try {
    boost::uuids::string_generator()(text.begin(), text.end());
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

void check_least(const JsonObject& object, std::string_view name, std::uint64_t least,
                 std::string_view path) {
  const auto value = object.find_count(name);
  if (value && *value < least) {
    refuse(path, "value " + std::to_string(*value) + " invalid, must be " + std::to_string(least) +
                     " or larger");
  }
}

void check_sparse(RawJson vectors, std::string_view path) {
  const JsonObject named = JsonObject::parse(vectors, "vector");
  for (const JsonMember& member : named.members()) {
    require_vector(member, path);
    if (!is_object(member.value)) {
      continue;
    }
    const JsonObject sparse = JsonObject::parse(member.value, "vector");
    const auto indices = sparse.find("indices");
    const auto values = sparse.find("values");
    if (indices && values &&
        json_elements(*indices, "indices").size() != json_elements(*values, "values").size()) {
      refuse(std::string(path) + ".?.values",
             "Validation error: must be the same length as indices [{}]");
    }
  }
}

bool is_json_digits(RawJson text) {
  return is_digits(text) && (text.size() == 1 || text.front() != '0');
}

void check_id(RawJson id) {
  if (!is_string(id) && !is_json_digits(id)) {
    throw Failure(FailureKind::kBadJson, "Format error in JSON body: " + std::string(id) +
                                             " is not a valid point ID, valid values are either "
                                             "an unsigned integer or a UUID");
  }
}

void check_numbers(RawJson payload) {
  for (std::size_t at = 0; at < payload.size();) {
    if (payload[at] == '"') {
      at = end_of_string(payload, at);
      continue;
    }
    const std::size_t begin = at;
    while (at < payload.size() && is_of_number(payload[at])) {
      ++at;
    }
    if (!is_in_range(payload.substr(begin, at - begin))) {
      throw Failure(FailureKind::kBadJson, "Format error in JSON body: number out of range");
    }
    at += at == begin ? 1 : 0;
  }
}

void check_ids(RawJson list) {
  for (const RawJson id : json_elements(list, "ids")) {
    check_id(id);
  }
}

bool is_qdrant_id(RawJson id) {
  if (is_string(id)) {
    return is_uuid(json_string(id, "id"));
  }
  std::uint64_t number;
  return is_json_digits(id) &&
         std::from_chars(id.data(), id.data() + id.size(), number).ec == std::errc();
}

void check_points(RawJson points) {
  const std::vector<RawJson> texts = json_elements(points, "points");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const JsonObject point = JsonObject::parse(texts[i], "points");
    check_id(point.at("id"));
    if (const RawJson vector = point.at("vector"); is_object(vector)) {
      const JsonObject named = JsonObject::parse(vector, "vector");
      for (const JsonMember& member : named.members()) {
        require_vector(member, "points[" + std::to_string(i) + "].vector");
      }
    }
  }
}

void check_query(const JsonObject& body) {
  const auto bad_request = [](std::string_view text) {
    throw Failure(FailureKind::kBadJson, "Bad request: " + std::string(text));
  };
  const auto query = body.find("query");
  if (!query && body.find("prefetch").value_or("[]") != "[]") {
    bad_request(
        "A query is needed to merge the prefetches. Can't have prefetches without defining a "
        "query.");
  }
  const JsonObject ranking = JsonObject::parse(query && is_object(*query) ? *query : "{}", "query");
  if (body.find("score_threshold")) {
    if (!query) {
      bad_request(
          "A query is needed to use the score_threshold. Can't have score_threshold without "
          "defining a query.");
    }
    if (ranking.find("order_by")) {
      bad_request("Can't use score_threshold with an order_by query.");
    }
  }
  if (body.find("using") && !body.find("prefetch") &&
      (ranking.find("fusion") || ranking.find("rrf"))) {
    bad_request("Fusion queries cannot be combined with the 'using' field.");
  }
  if (body.find("limit") == "0") {
    refuse("internal.limit", "value 0 invalid, must be 1 or larger");
  }
  if (const auto params = body.find("params")) {
    check_least(JsonObject::parse(*params, "params"), "hnsw_ef", 1, "params.hnsw_ef");
  }
  if (const auto feedback = ranking.find("relevance_feedback")) {
    check_feedback(JsonObject::parse(*feedback, "relevance_feedback"));
  }
}

void check_memory(RawJson options, std::string_view path) {
  if (is_object(options) &&
      JsonObject::parse(options, path).find_string("memory").value_or("") == "pinned") {
    refuse(std::string(path) + ".memory", "pinned is not supported here");
  }
}

void check_collection(const JsonObject& body) {
  check_strict_mode(body.find("strict_mode_config").value_or("{}"));
  for (const std::string_view name :
       {"shard_number", "replication_factor", "write_consistency_factor"}) {
    check_positive(body, name);
  }
  check_kept(body);
  check_word(body, "sharding_method", {"auto", "custom"});
  check_hnsw(body, "hnsw_config.ef_construct");
  check_memory(body.find("payload").value_or("{}"), "payload");
  const RawJson vectors = body.find("vectors").value_or("{}");
  const JsonObject named = JsonObject::parse(vectors, "vectors");
  if (const auto size = named.find("size"); size && !is_object(*size)) {
    check_memory(vectors, "vectors");
    check_kept(named);  // it is the only vector, which has no name
  }
  for (const JsonMember& vector : named.members()) {
    if (is_object(vector.value)) {
      check_memory(vector.value, "vectors." + vector.key);
      const JsonObject one = JsonObject::parse(vector.value, "vectors");
      check_kept(one);
      check_hnsw(one, "vectors." + vector.key + ".hnsw_config.ef_construct");
    }
  }
}

}  // namespace vecext::gateway
