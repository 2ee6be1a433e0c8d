#include "service/error_words.h"

#include <utility>

namespace vecext::gateway {

namespace {

struct Meaning {
  std::string_view state;  // an SQLSTATE, or the class that it begins with
  FailureKind kind;
};

// The first row that an SQLSTATE begins with decides.
constexpr Meaning kMeanings[] = {
    {"42P01", FailureKind::kNotFound},      {"P0002", FailureKind::kNotFound},
    {"42P07", FailureKind::kAlreadyExists}, {"42703", FailureKind::kBadInput},
    {"22P02", FailureKind::kBadJson},       {"22", FailureKind::kBadInput},
    {"54", FailureKind::kBadInput},         {"0A000", FailureKind::kBadInput},
    {"42601", FailureKind::kBadInput},      {"23", FailureKind::kBadInput},
    {"42702", FailureKind::kBadInput},      {"42804", FailureKind::kBadInput},
    {"42501", FailureKind::kForbidden},     {"25006", FailureKind::kForbidden},
    {"57014", FailureKind::kTimeout},       {"40", FailureKind::kUnavailable},
    {"55P03", FailureKind::kUnavailable},   {"53300", FailureKind::kUnavailable},
    {"57P", FailureKind::kUnavailable},     {"08", FailureKind::kUnavailable},
    {"53100", FailureKind::kOutOfSpace},
};

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

/// Returns Qdrant's sentence for the rule that the error says, or nothing if it has none.
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
  if (rule.name == "payload_index") {
    return text("Index required but not found for \"", error.subject().part,
                "\". Help: Create a payload index on this key.");
  }
  for (const auto& [option, name] : kBoundNames) {
    if (rule.name == option && !rule.allowed.empty()) {
      return about_bound(rule, name);
    }
  }
  return {};
}

}  // namespace

FailureKind kind_of(const SqlError& error) {
  for (const Meaning& meaning : kMeanings) {
    if (error.state().starts_with(meaning.state)) {
      return meaning.kind;
    }
  }
  return FailureKind::kInternal;
}

std::string words_of(const SqlError& error, FailureKind kind, std::string_view collection) {
  if (std::string sentence = sentence_of(error, collection); !sentence.empty()) {
    return sentence;
  }
  if (kind == FailureKind::kNotFound && error.state() == "42P01") {
    return text("Collection `", collection, "` doesn't exist!");
  }
  if (kind == FailureKind::kAlreadyExists) {
    return text("Collection `", collection, "` already exists!");
  }
  std::string words = error.message();
  if (!error.detail().empty() && kind != FailureKind::kInternal) {
    words += " (" + error.detail() + ")";
  }
  return words;
}

}  // namespace vecext::gateway
