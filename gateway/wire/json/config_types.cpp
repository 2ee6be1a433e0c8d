#include "wire/json/config_types.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/failure.h"
#include "wire/json/checks.h"

namespace vecext::gateway {

namespace {

struct TypedObject {
  std::string_view name;
  std::vector<std::string_view> integers;
  std::vector<std::string_view> flags;
};

const std::vector<TypedObject>& kept_objects() {
  static const std::vector<TypedObject> kObjects = {
      {"hnsw_config",
       {"m", "full_scan_threshold", "max_indexing_threads", "payload_m"},
       {"on_disk", "inline_storage"}},
      {"optimizers_config",
       {"vacuum_min_vector_number", "default_segment_number", "max_segment_size",
        "memmap_threshold", "indexing_threshold", "flush_interval_sec"},
       {}},
      {"wal_config", {"wal_capacity_mb", "wal_segments_ahead"}, {}},
      {"params",
       {"replication_factor", "write_consistency_factor", "read_fan_out_factor"},
       {"on_disk_payload"}},
  };
  return kObjects;
}

// Integers of strict mode that must be at least 1, and those that may be 0.
constexpr std::string_view kPositiveBounds[] = {"max_query_limit",  "max_timeout",
                                                "read_rate_limit",  "write_rate_limit",
                                                "max_points_count", "max_resident_memory_percent"};
constexpr std::string_view kBounds[] = {
    "search_max_hnsw_ef",      "upsert_max_batchsize",
    "search_max_batchsize",    "filter_max_conditions",
    "condition_max_size",      "max_collection_vector_size_bytes",
    "max_payload_index_count", "max_collection_payload_size_bytes",
    "multivector_max_vectors", "sparse_max_length"};
constexpr std::string_view kStrictFlags[] = {"enabled", "unindexed_filtering_retrieve",
                                             "unindexed_filtering_update", "search_allow_exact"};
// Bounds of single vectors, by their names.
constexpr std::pair<std::string_view, std::string_view> kVectorBounds[] = {
    {"multivector_config", "max_vectors"}, {"sparse_config", "max_length"}};
constexpr std::string_view kOversampling = "search_max_oversampling";

[[noreturn]] void refuse_type(std::string_view name, std::string_view expected) {
  throw Failure(FailureKind::kBadJson, "Format error in JSON body: " + std::string(name) +
                                           ": expected " + std::string(expected));
}

void check_memory_word(const JsonObject& object) {
  check_word(object, "memory", {"cold", "cached", "pinned"});
}

void check_scalar(const JsonObject& options) {
  options.at("type");
  check_word(options, "type", {"int8"});
  const double quantile = options.find_number("quantile").value_or(1);
  if (!(quantile >= 0.5 && quantile <= 1)) {
    throw Failure(FailureKind::kValidation,
                  "Validation error in JSON body: [quantization_config.scalar.quantile: value " +
                      std::string(*options.find("quantile")) +
                      " invalid, must be from 0.5 to 1.0]");
  }
}

// Checks the options of a quantization of that kind. Returns false if Qdrant has no such kind.
bool check_quantization_options(std::string_view kind, RawJson given) {
  constexpr std::string_view kKinds[] = {"scalar", "product", "binary", "turbo"};
  if (std::ranges::find(kKinds, kind) == std::end(kKinds)) {
    return kind == "disabled";
  }
  const JsonObject options = JsonObject::parse(given, kind);
  options.find_bool("always_ram");
  check_memory_word(options);
  if (kind == "scalar") {
    check_scalar(options);
  } else if (kind == "product") {
    options.at("compression");
    check_word(options, "compression", {"x4", "x8", "x16", "x32", "x64"});
  } else if (kind == "binary") {
    check_word(options, "encoding", {"one_bit", "two_bits", "one_and_half_bits"});
    check_word(options, "query_encoding", {"default", "binary", "scalar4bits", "scalar8bits"});
  } else {
    check_word(options, "bits", {"bits1", "bits1_5", "bits2", "bits4"});
  }
  return true;
}

void check_quantization(RawJson given) {
  constexpr std::string_view kName = "quantization_config";
  if (given == R"("Disabled")") {
    return;
  }
  bool has_kind = false;
  const JsonObject object = JsonObject::parse(given, kName);
  for (const JsonMember& member : object.members()) {
    has_kind = (member.value != "null" && check_quantization_options(member.key, member.value)) ||
               has_kind;
  }
  if (!has_kind) {
    throw Failure(FailureKind::kBadJson,
                  "Format error in JSON body: quantization_config: data did not match any variant");
  }
}

}  // namespace

void check_word(const JsonObject& object, std::string_view name,
                std::initializer_list<std::string_view> words) {
  const auto word = object.find_string(name);
  if (!word || std::ranges::find(words, std::string_view(*word)) != words.end()) {
    return;
  }
  std::string expected = "one of";
  for (const std::string_view known : words) {
    expected += " `" + std::string(known) + "`";
  }
  refuse_type(name, expected);
}

void check_kept(const JsonObject& body) {
  for (const TypedObject& kept : kept_objects()) {
    const JsonObject object = JsonObject::parse(body.find(kept.name).value_or("{}"), kept.name);
    for (const std::string_view name : kept.integers) {
      object.find_count(name);
    }
    for (const std::string_view name : kept.flags) {
      object.find_bool(name);
    }
  }
  for (const std::string_view name : {"on_disk", "on_disk_payload"}) {
    body.find_bool(name);
  }
  if (const auto quantization = body.find("quantization_config", "quantization")) {
    check_quantization(*quantization);
  }
}

void check_sparse_index(const JsonObject& index) {
  index.find_count("full_scan_threshold");
  index.find_bool("on_disk");
  check_memory_word(index);
  check_word(index, "datatype", {"float32", "float16", "uint8"});
}

void check_payload_index(const JsonObject& schema) {
  for (const std::string_view name :
       {"is_tenant", "is_principal", "on_disk", "enable_hnsw", "prefix", "lookup", "range",
        "lowercase", "ascii_folding", "phrase_matching"}) {
    schema.find_bool(name);
  }
  for (const std::string_view name : {"min_token_len", "max_token_len"}) {
    schema.find_count(name);
  }
  check_memory_word(schema);
}

void check_strict_mode(RawJson mode) {
  const std::string path = "strict_mode_config";
  const JsonObject object = JsonObject::parse(mode, path);
  for (const std::string_view name : kStrictFlags) {
    object.find_bool(name);
  }
  for (const std::string_view name : kBounds) {
    object.find_count(name);
  }
  for (const std::string_view name : kPositiveBounds) {
    check_least(object, name, 1, path + "." + std::string(name));
  }
  for (const auto& [name, bound] : kVectorBounds) {
    const JsonObject vectors = JsonObject::parse(object.find(name).value_or("{}"), name);
    for (const JsonMember& vector : vectors.members()) {
      check_least(JsonObject::parse(vector.value, name), bound, 1,
                  path + "." + std::string(name) + "." + vector.key + "." + std::string(bound));
    }
  }
  object.find_number(kOversampling);
}

bool is_of_strict_mode(std::string_view name) {
  const auto is_among = [&](const auto& names) {
    return std::ranges::find(names, name) != std::end(names);
  };
  return name == kOversampling || is_among(kPositiveBounds) || is_among(kBounds) ||
         is_among(kStrictFlags) ||
         std::ranges::find(kVectorBounds, name, [](const auto& pair) { return pair.first; }) !=
             std::end(kVectorBounds);
}

}  // namespace vecext::gateway
