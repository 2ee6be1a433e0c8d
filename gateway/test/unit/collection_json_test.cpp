// Configurations of collections: what is created, what is changed, and what is refused.
#include "wire/json/collection_answer.h"
#include "wire/json/collection_json.h"

#include <doctest/doctest.h>

#include "base/failure.h"
#include "wire/json/config_changes.h"

using namespace vecext::gateway;

namespace {

CollectionDefinition defined(const std::string& body) {
  return definition_of(JsonObject::parse(body, "body"));
}

std::string changed(const std::string& body) {
  return changes_of(JsonObject::parse(body, "body")).config;
}

std::string answered(const std::string& body) {
  const CollectionDefinition definition = defined(body);
  CollectionDescription description;
  description.vectors = definition.vectors;
  description.options = definition.options;
  return answer_of(description);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

FailureKind refused(const std::string& body) {
  try {
    defined(body);
  } catch (const Failure& failure) {
    return failure.kind();
  }
  return FailureKind::kInternal;
}

}  // namespace

TEST_CASE("datatypes of codes are kept, and vectors are of float32") {
  const std::string body =
      R"({"vectors": {"a": {"size": 3, "distance": "Dot", "datatype": "turbo4"}}})";
  CHECK(defined(body).vectors.front().datatype == "float32");
  CHECK(has(answered(body), R"("datatype":"turbo4")"));
  CHECK_THROWS_AS(defined(R"({"sparse_vectors": {"s": {"index": {"datatype": "turbo4"}}}})"),
                  Failure);
}

TEST_CASE("what has no effect is returned") {
  const std::string info =
      answered(R"({"payload": {"memory": "cold"}, "id_tracker": {"memory": "cached"},)"
               R"( "strict_mode_config": {"enabled": true, "read_rate_limit": 7}})");
  CHECK(has(info, R"("payload":{"memory": "cold"})"));
  CHECK(has(info, R"("id_tracker":{"memory": "cached"})"));
  CHECK(has(info, R"("strict_mode_config":{"enabled":true,"read_rate_limit":7})"));
  CHECK(has(info, R"("quantization_config":null)"));
  CHECK(!has(info, "warnings"));
  CHECK(has(answered(R"({"quantization": {"scalar": {"type": "int8"}}})"),
            R"("quantization_config":{"scalar")"));
}

TEST_CASE("unsigned integers of 64 bits are returned") {
  for (const std::string member :
       {R"("optimizers_config": {"max_segment_size": N})",
        R"("hnsw_config": {"full_scan_threshold": N})",
        R"("strict_mode_config": {"max_collection_vector_size_bytes": N})",
        R"("strict_mode_config": {"max_query_limit": N})",
        R"("wal_config": {"wal_capacity_mb": N})"}) {
    const auto body = [&](const std::string& number) {
      return "{" + std::string(member).replace(member.find('N'), 1, number) + "}";
    };
    CHECK(has(answered(body("18446744073709551615")), "18446744073709551615"));
    CHECK(refused(body("18446744073709551616")) == FailureKind::kBadJson);
    CHECK(refused(body("-1")) == FailureKind::kBadJson);
  }
}

TEST_CASE("vectors that are to be stored in their index are warned of") {
  const std::string begin =
      R"({"vectors": {"a": {"size": 3, "distance": "Dot", "hnsw_config": {"inline_storage": true})";
  CHECK(has(answered(begin + "}}}"), R"("warnings":[{"message":)"));
  CHECK(!has(answered(begin + R"(}}, "quantization_config": {"binary": {}}})"), "warnings"));
}

TEST_CASE("a quantization takes the place of another one") {
  const std::string given =
      changed(R"({"quantization_config": {"product": {"compression": "x8"}}})");
  CHECK(has(given, R"("scalar":null)"));
  CHECK(has(given, R"("compression":"x8")"));
  CHECK(has(given, R"("quantile":null)"));
  for (const std::string none : {R"("Disabled")", R"({"disabled": {}})"}) {
    CHECK(has(changed(R"({"vectors": {"a": {"quantization_config": )" + none + "}}}"),
              R"("a":{"quantization_config":null})"));
  }
  const CollectionOptions changes = changes_of(JsonObject::parse(
      R"({"vectors": {"a": {}, "": {}}, "sparse_vectors": {"s": {"modifier": "idf"}}})", "body"));
  REQUIRE(changes.changed_vectors.size() == 3);
  CHECK(changes.changed_vectors[0].name == "s");
  CHECK(changes.changed_vectors[0].modifier == "idf");
  CHECK(changes.changed_vectors[1].name == "a");
  CHECK(changes.changed_vectors[2].modifier.empty());
}

TEST_CASE("values out of their range") {
  CHECK(refused(R"({"sparse_vectors": {"": {}}})") == FailureKind::kBadInput);
  CHECK(refused(R"({"vectors": {"size": 2, "distance": "Dot"}, "sparse_vectors": {"": {}}})") ==
        FailureKind::kBadInput);
  CHECK(refused(R"({"vectors": {"size": 2, "distance": "Far"}})") == FailureKind::kBadJson);
  CHECK(refused(R"({"shard_number": 0})") == FailureKind::kValidation);
  CHECK(refused(R"({"replication_factor": -1})") == FailureKind::kBadJson);
  CHECK(refused(R"({"hnsw_config": {"ef_construct": 3}})") == FailureKind::kValidation);
  CHECK(refused(R"({"vectors": {"a": {"size": 3, "distance": "Dot", "memory": "pinned"}}})") ==
        FailureKind::kValidation);
  CHECK(refused(R"({"payload": {"memory": "pinned"}})") == FailureKind::kValidation);
  CHECK(refused(R"({"strict_mode_config": {"max_query_limit": 0}})") == FailureKind::kValidation);
  CHECK(refused(R"({"strict_mode_config": {"sparse_config": {"s": {"max_length": 0}}}})") ==
        FailureKind::kValidation);
  CHECK(refused(R"({"quantization_config": {"scalar": {"type": "int8", "quantile": 0.4}}})") ==
        FailureKind::kValidation);
  CHECK_THROWS_AS(changed(R"({"vectors": {"": {"memory": "pinned"}}})"), Failure);
}

TEST_CASE("what is kept has its type") {
  for (const std::string body :
       {R"({"optimizers_config": 3})",
        R"({"optimizers_config": {"indexing_threshold": "z"}})",
        R"({"wal_config": "x"})",
        R"({"params": 7})",
        R"({"on_disk_payload": "yes"})",
        R"({"hnsw_config": {"full_scan_threshold": "z"}})",
        R"({"quantization_config": 5})",
        R"({"quantization_config": {"bogus": {}}})",
        R"({"quantization_config": {"scalar": {}}})",
        R"({"quantization_config": {"scalar": {"type": "int4"}}})",
        R"({"quantization_config": {"product": {}}})",
        R"({"quantization_config": "zz"})",
        R"({"quantization_config": {"binary": {"always_ram": 1}}})",
        R"({"sharding_method": "zz"})",
        R"({"sparse_vectors": {"s": {"index": {"datatype": "zz"}}}})",
        R"({"sparse_vectors": {"s": {"index": {"on_disk": "q"}}}})",
        R"({"strict_mode_config": {"enabled": "yes"}})",
        R"({"strict_mode_config": {"search_max_batchsize": -1}})",
        R"({"vectors": {"size": 2, "distance": "Dot", "multivector_config": {"comparator": "z"}}})",
        R"({"vectors": {"size": 2, "distance": "Dot", "on_disk": "maybe"}})",
        R"({"vectors": {"a": {"size": 2, "distance": "Dot", "hnsw_config": {"m": "x"}}}})"}) {
    CHECK(refused(body) == FailureKind::kBadJson);
  }
  CHECK_THROWS_AS(changed(R"({"params": [1]})"), Failure);
  CHECK_THROWS_AS(changed(R"({"vectors": {"": {"quantization_config": {"x": 1}}}})"), Failure);
  CHECK_NOTHROW(defined(R"({"vectors": {"on_disk": {"size": 2, "distance": "Dot"}}})"));
  CHECK_NOTHROW(changed(R"({"quantization_config": "Disabled"})"));
  CHECK_THROWS_AS(changed(R"({"quantization_config": "zz"})"), Failure);
}

TEST_CASE("parameters of payload indexes have their type") {
  const auto index = [](const std::string& schema) {
    return index_of(
        JsonObject::parse(R"({"field_name": "f", "field_schema": )" + schema + "}", "b"));
  };
  for (const std::string member : {R"("is_tenant": "x")", R"("on_disk": 5)", R"("memory": "warm")",
                                   R"("min_token_len": -1)", R"("lowercase": null, "prefix": 1)"}) {
    CHECK_THROWS_AS(index(R"({"type": "keyword", )" + member + "}"), Failure);
  }
  CHECK_NOTHROW(index(R"({"type": "keyword", "is_tenant": true, "on_disk": null})"));
}

TEST_CASE("members of strict mode that Qdrant does not know are ignored") {
  const CollectionDefinition definition =
      defined(R"({"strict_mode_config": {"max_query_limit": 1, "other": 0}})");
  CHECK(definition.options.strict_mode == R"({"max_query_limit":1})");
}
