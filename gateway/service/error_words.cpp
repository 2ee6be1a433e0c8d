#include "service/error_words.h"

#include <algorithm>
#include <utility>

namespace vecext::gateway {

namespace {

struct Meaning {
  std::string_view state;  // an SQLSTATE, or the class that it begins with
  FailureKind kind;
};

// The first row whose state an SQLSTATE begins with decides.
constexpr Meaning kMeanings[] = {
    {"42P01", FailureKind::kNotFound},      {"P0002", FailureKind::kNotFound},
    {"42P07", FailureKind::kAlreadyExists}, {"42703", FailureKind::kBadInput},
    {"22P02", FailureKind::kBadJson},       {"22", FailureKind::kBadInput},
    {"54", FailureKind::kBadInput},         {"0A000", FailureKind::kBadInput},
    {"42601", FailureKind::kBadInput},      {"23", FailureKind::kBadInput},
    {"42702", FailureKind::kBadInput},      {"42804", FailureKind::kBadInput},
    {"42701", FailureKind::kBadInput},      {"2BP01", FailureKind::kBadInput},
    {"42501", FailureKind::kForbidden},     {"25006", FailureKind::kForbidden},
    {"57014", FailureKind::kTimeout},       {"40", FailureKind::kUnavailable},
    {"55P03", FailureKind::kUnavailable},   {"53300", FailureKind::kUnavailable},
    {"57P", FailureKind::kUnavailable},     {"08", FailureKind::kUnavailable},
    {"53100", FailureKind::kOutOfSpace},    {"53400", FailureKind::kOverQuota},
    {"42704", FailureKind::kNotFound},      {"42710", FailureKind::kAlreadyExists},
    {"42939", FailureKind::kBadInput},
};

/// States that mean a fault of the server, or of the operator's triggers, unless vecext raises
/// them: it says then which collection, alias, point or namespace does not exist, which namespace
/// exists already, or which quota is reached.
constexpr std::string_view kOfVecextAlone[] = {"42P01", "P0002", "42704", "42710", "53400"};

/// Quotas of namespaces that are free again as soon as other requests are old enough, or have
/// ended.
constexpr std::string_view kPassingQuotas[] = {"max_requests_per_second", "max_concurrent_queries"};

/// The rule that is broken if an alias has the name that a collection is to get.
constexpr std::string_view kAliasRule = "collection_aliases_pkey";

/// A fault that Qdrant finds before it runs a request: vecext's message of it, and Qdrant's
/// sentence. If it is about a vector, `member` is what Qdrant appends to the place of the vector.
struct Validation {
  std::string_view message;
  std::string_view sentence;
  std::string_view member;
};

constexpr Validation kValidations[] = {
    {"invalid filter: condition has no test of its key",
     "At least one field condition must be specified", ""},
    {"invalid filter: must be at least 0 and less than total", "index must be less than total", ""},
    {"indices and values must be of the same length",
     "Validation error: must be the same length as indices [{}]", ".?.values"},
    {"indices must not repeat", "Validation error: must be unique [{}]", ".?.indices"},
    {"multi-vector must have at least 1 vector", "dense vector must not be empty", ".?"},
    {"average_vector needs a positive example", "at least one positive example is required", ""},
    {"recommendation needs an example", "at least one example is required", ""},
};

constexpr Validation kEmptyInner = {"", "all vectors must be non-empty", ".?.data"};
constexpr Validation kOtherInner = {"", "all vectors must have the same dimension", ".?.data"};

/// Returns the fault of an inner vector of a point's multi-vector, or null if the error is another
/// one.
const Validation* inner_validation_of(const SqlError& error) {
  const std::string_view place = error.detail();
  const std::size_t vector = place.find(".vector");
  const BrokenRule rule = read_rule(error.subject().rule);
  if (rule.name != "dimensions" || vector == std::string_view::npos ||
      !(place.ends_with("]") || place.ends_with("]."))) {
    return nullptr;
  }
  if (rule.given == "0") {
    return &kEmptyInner;
  }
  return place.find("[0]", vector) == std::string_view::npos ? &kOtherInner : nullptr;
}

const Validation* validation_of(const SqlError& error) {
  if (const Validation* inner = inner_validation_of(error)) {
    return inner;
  }
  for (const Validation& known : kValidations) {
    // Qdrant has these rules for vectors of points alone, not for those of queries.
    const bool is_elsewhere =
        !known.member.empty() && error.detail().find(".vector") == std::string::npos;
    if (error.message() == known.message && !is_elsewhere) {
      return &known;
    }
  }
  return nullptr;
}

/// Returns the place in the request, which the error's DETAIL has: "At points[0].vector.tokens."
std::string place_of(const SqlError& error) {
  const std::string_view detail = error.detail();
  std::string place(detail.substr(detail.starts_with("At ") ? 3 : 0));
  place.resize(std::min(place.size(), place.find_last_not_of('.') + 1));
  return place;
}

/// Returns Qdrant's message of such a fault.
std::string about_validation(const Validation& validation, const SqlError& error,
                             std::string_view body_name) {
  std::string rest;
  if (&validation == &kOtherInner) {
    rest = ", found vector with dimension " + std::string(read_rule(error.subject().rule).given);
  }
  std::string place = place_of(error);
  constexpr std::string_view kVector = ".vector";
  if (const std::size_t vector = place.find(kVector);
      !validation.member.empty() && vector != std::string::npos) {
    place.resize(vector + kVector.size());
    place += validation.member;
  }
  return "Validation error in " + std::string(body_name) + ": [" + place + ": " +
         std::string(validation.sentence) + rest + "]";
}

/// What Qdrant calls the values that strict mode bounds.
constexpr std::pair<std::string_view, std::string_view> kBoundNames[] = {
    {"max_query_limit", "limit"},
    {"max_timeout", "timeout"},
    {"search_max_batchsize", "search batch size"},
    {"search_max_hnsw_ef", "hnsw_ef"},
    {"search_max_oversampling", "oversampling"},
    {"upsert_max_batchsize", "upsert limit"}};

std::string text(std::string_view a, std::string_view b, std::string_view c = {},
                 std::string_view d = {}) {
  return std::string(a).append(b).append(c).append(d);
}

std::string about_bound(const BrokenRule& rule, std::string_view name) {
  return text("Limit exceeded ", rule.given, " > ", rule.allowed) +
         text(" for \"", name, "\". Help: The most that is allowed is ", rule.allowed) + ".";
}

/// Returns Qdrant's sentence about a bound of collections or of vectors, with the bound and what
/// was given, or an empty text if the rule is another one.
std::string about_size(const BrokenRule& rule, std::string_view vector) {
  constexpr std::pair<std::string_view, std::string_view> kTotals[] = {
      {"max_collection_vector_size_bytes", "Max vector storage size limit of "},
      {"max_collection_payload_size_bytes", "Max payload storage size limit of "},
      {"max_points_count", "Max points count limit of "}};
  for (const auto& [name, begin] : kTotals) {
    if (rule.name == name) {
      return text(begin, rule.allowed, name.ends_with("bytes") ? " bytes" : "", " reached!");
    }
  }
  if (rule.name == "filter_max_conditions") {
    return text("Filter condition limit reached (", rule.given, " > ", rule.allowed) + ")";
  }
  if (rule.name == "condition_max_size") {
    return text("Condition size limit reached (", rule.given, " > ", rule.allowed) + ")";
  }
  const bool is_sparse = rule.name == "sparse_max_length";
  if (is_sparse || rule.name == "multivector_max_vectors") {
    return text(is_sparse ? "Sparse vector '" : "Multivector '", vector, "' has a limit of ") +
           text(rule.allowed, is_sparse ? " indices, but " : " vectors, but ", rule.given,
                " were provided!");
  }
  return {};
}

/// Returns Qdrant's sentence about a formula, or an empty text if the error is another one.
std::string about_formula(const SqlError& error) {
  const std::string& words = error.message();
  if (words == "value of a formula is not finite") {
    return text("The expression at ", place_of(error), " produced a non-finite number");
  }
  if (words.starts_with("a point has no value at ") ||
      words.starts_with("the value of a point at ")) {
    return text("Expected another value in the payload and/or in the formula defaults. Error: ",
                words);
  }
  return {};
}

/// Returns Qdrant's sentence about a key that lacks a payload index. The error's DETAIL has the
/// types of indexes that serve the condition, if not all do: "There is none of type text on ...".
std::string about_index(const SqlError& error) {
  const std::string begin = text("Index required but not found for \"", error.subject().part, "\"");
  return error.detail().starts_with("There is none of type ")
             ? begin + ". Help: Create an index for this key or use a different filter."
             : begin + ". Help: Create an index supporting `match` for this key.";
}

/// Returns Qdrant's sentence for the rule that was broken, or an empty text if Qdrant has none.
std::string sentence_of(const SqlError& error, std::string_view collection) {
  const BrokenRule rule = read_rule(error.subject().rule);
  if (rule.name == "collection" && error.subject().collection != collection) {
    return text("Collection ", error.subject().collection, " not found");
  }
  if (rule.name == "alias") {
    return text("Alias ", error.subject().collection, " does not exist");
  }
  if (rule.name == "dimensions") {
    return text("Vector dimension error: expected dim: ", rule.allowed, ", got ", rule.given);
  }
  if (rule.name == "vector") {
    return text("Not existing vector name error: ", error.subject().part);
  }
  if (rule.name == "point") {
    return text("No point with id ", rule.given, " found");
  }
  if (std::string sentence = about_formula(error); !sentence.empty()) {
    return sentence;
  }
  if (rule.name == "max_payload_index_count") {
    const std::string_view words = error.message();
    const std::size_t begin = words.rfind(" has ") + 5;
    return text("Collection already has the maximum number of payload indices (",
                words.substr(begin, words.find(' ', begin) - begin),
                "). Help: Please delete an existing index before creating a new one.");
  }
  if (rule.name == "payload_index") {
    return about_index(error);
  }
  for (const auto& [option, name] : kBoundNames) {
    if (rule.name == option && !rule.allowed.empty()) {
      return about_bound(rule, name);
    }
  }
  return rule.allowed.empty() ? std::string() : about_size(rule, error.subject().part);
}

}  // namespace

FailureKind kind_of(const SqlError& error) {
  if (validation_of(error) != nullptr) {
    return FailureKind::kValidation;
  }
  // A trigger of the collection's table may miss a table of its own.
  const std::string& rule = error.subject().rule;
  if (rule.empty() && std::ranges::count(kOfVecextAlone, error.state()) > 0) {
    return FailureKind::kInternal;
  }
  if (error.is_duplicate_of_catalog()) {
    return FailureKind::kUnavailable;
  }
  if (rule == kAliasRule) {
    return FailureKind::kBadInput;
  }
  if (error.state() == "53400" && std::ranges::count(kPassingQuotas, read_rule(rule).name) > 0) {
    return FailureKind::kTooOften;
  }
  for (const Meaning& meaning : kMeanings) {
    if (error.state().starts_with(meaning.state)) {
      return meaning.kind;
    }
  }
  return FailureKind::kInternal;
}

std::string words_of(const SqlError& error, FailureKind kind, std::string_view collection,
                     std::string_view body_name) {
  if (const Validation* validation = validation_of(error); validation != nullptr) {
    return about_validation(*validation, error, body_name);
  }
  if (std::string sentence = sentence_of(error, collection); !sentence.empty()) {
    return sentence;
  }
  if (error.is_duplicate_of_catalog()) {
    return "Another request has made it at the same time";
  }
  if (kind == FailureKind::kNotFound && error.state() == "42P01") {
    return text("Collection `", collection, "` doesn't exist!");
  }
  if (error.state() == "42P07" && !error.subject().rule.empty()) {
    return text("Collection `", error.subject().collection, "` already exists!");
  }
  std::string words = error.message();
  if (!error.detail().empty() && kind != FailureKind::kInternal) {
    words += " (" + error.detail() + ")";
  }
  return words;
}

}  // namespace vecext::gateway
