#include "wire/json/checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr std::int64_t kLeastEfConstruct = 4;

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

// What is kept as it was given: clients refuse a description in which it has another type.
struct KeptObject {
  std::string_view name;
  std::vector<std::string_view> integers;
  std::vector<std::string_view> flags;
};

const std::vector<KeptObject>& kept_objects() {
  static const std::vector<KeptObject> kObjects = {
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

void check_quantization(RawJson given) {
  const std::string_view name = "quantization_config";
  if (is_string(given)) {
    return;  // Disabled
  }
  const JsonObject object = JsonObject::parse(given, name);
  const auto is_kind = [](const JsonMember& member) {
    return member.key == "scalar" || member.key == "product" || member.key == "binary" ||
           member.key == "turbo" || member.key == "disabled";
  };
  if (std::ranges::none_of(object.members(), is_kind)) {
    throw Failure(FailureKind::kBadJson,
                  "Format error in JSON body: quantization_config: data did not match any variant");
  }
}

// Checks what is kept of a collection, or of one of its vectors.
void check_kept(const JsonObject& body) {
  for (const KeptObject& kept : kept_objects()) {
    const JsonObject object = JsonObject::parse(body.find(kept.name).value_or("{}"), kept.name);
    for (const std::string_view name : kept.integers) {
      object.find_integer(name);
    }
    for (const std::string_view name : kept.flags) {
      object.find_bool(name);
    }
  }
  for (const std::string_view name : {"on_disk", "on_disk_payload"}) {
    body.find_bool(name);
  }
  if (const auto quantization = body.find("quantization_config")) {
    check_quantization(*quantization);
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

}  // namespace

void check_least(const JsonObject& object, std::string_view name, std::int64_t least,
                 std::string_view path) {
  const auto value = object.find_integer(name);
  if (value && *value < least) {
    refuse(path, "value " + std::to_string(*value) + " invalid, must be " + std::to_string(least) +
                     " or larger");
  }
}

void check_sparse(RawJson vectors, std::string_view path) {
  const JsonObject named = JsonObject::parse(vectors, "vector");
  for (const JsonMember& member : named.members()) {
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
  for (const std::string_view name :
       {"shard_number", "replication_factor", "write_consistency_factor"}) {
    check_positive(body, name);
  }
  check_kept(body);
  check_hnsw(body, "hnsw_config.ef_construct");
  check_memory(body.find("payload").value_or("{}"), "payload");
  const RawJson vectors = body.find("vectors").value_or("{}");
  check_memory(vectors, "vectors");
  const JsonObject named = JsonObject::parse(vectors, "vectors");
  if (const auto size = named.find("size"); size && !is_object(*size)) {
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
