// Messages of gRPC as JSON, and back.
#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>

#include "base/failure.h"
#include "wire/messages/changes.h"
#include "wire/messages/config_json.h"
#include "wire/messages/filter_json.h"
#include "wire/grpc/proto/collections.pb.h"
#include "wire/messages/query_json.h"
#include "wire/messages/value_json.h"
#include "wire/messages/vector_json.h"

using namespace vecext::gateway;
using namespace vecext::gateway::grpc;

namespace {

template <class Message>
Message message_of(const char* text) {
  Message message;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

template <class Message>
std::string json_of(const char* text, void (*append)(std::string&, const Message&)) {
  std::string out;
  append(out, message_of<Message>(text));
  return out;
}

std::string value(const char* text) {
  return json_of<qdrant::Value>(text, append_value);
}

std::string filter(const char* text) {
  return json_of<qdrant::Filter>(text, append_filter);
}

template <class Message>
std::string request(const char* text) {
  std::string out;
  DenseVectors dense;
  append_request(out, message_of<Message>(text), dense);
  return out;
}

}  // namespace

TEST_CASE("numbers of a payload keep their kind in both directions") {
  CHECK(value("integer_value: 5") == "5");
  CHECK(value("double_value: 5") == "5.0");
  CHECK(value("double_value: 1e16") == "10000000000000000.0");
  CHECK(value("double_value: 0.1") == "0.1");
  CHECK_THROWS_AS(value("double_value: nan"), Failure);
  CHECK_THROWS_AS(value("double_value: inf"), Failure);
  CHECK(value("") == "null");
  CHECK(value("list_value { values { string_value: \"a\\\"\\n\" } values { bool_value: true } }") ==
        R"(["a\"\u000a",true])");
  Payload payload;
  read_payload(
      R"({"i": -7, "f": 7.0, "big": 18446744073709551616, "n": null, "o": {"l": [1, []]}})",
      payload);
  CHECK(payload.at("i").integer_value() == -7);
  CHECK(payload.at("f").double_value() == 7.0);
  CHECK(payload.at("big").double_value() == 18446744073709551616.0);
  CHECK(payload.at("n").has_null_value());
  CHECK(payload.at("o").struct_value().fields().at("l").list_value().values_size() == 2);
}

TEST_CASE("conditions of filters become those of JSON") {
  CHECK(filter("must { field { key: \"a\" match { integers { integers: [1, 2] } } } }") ==
        R"({"must":[{"key":"a","match":{"any":[1,2]}}]})");
  CHECK(
      filter(
          "must { field { key: \"t\" datetime_range { gte { seconds: 0 nanos: 500000000 } } } }"
          "must_not { has_id { has_id { num: 18446744073709551615 } has_id { uuid: \"u\" } } }") ==
      R"({"must":[{"key":"t","range":{"gte":"1970-01-01T00:00:00.500Z"}}],)"
      R"("must_not":[{"has_id":[18446744073709551615,"u"]}]})");
  CHECK(filter("min_should { conditions { filter { } } min_count: 1 }") ==
        R"({"min_should":{"conditions":[{}],"min_count":1}})");
  CHECK_THROWS_AS(filter("must { }"), Failure);
  CHECK_THROWS_AS(filter("must { field { key: \"a\" match { } } }"), Failure);
  CHECK_THROWS_AS(filter("must { has_id { has_id { } } }"), Failure);
}

TEST_CASE("vectors of older clients are read, and sparse ones and multi-vectors") {
  const auto vector = [](const char* text) { return json_of<qdrant::Vector>(text, append_vector); };
  CHECK(vector("dense { data: [1, 2.5] }") == "[1.0,2.5]");
  CHECK(vector("data: [1, 2]") == "[1.0,2.0]");
  CHECK(vector("data: [1, 2] indices { data: [7, 9] }") ==
        R"({"indices":[7,9],"values":[1.0,2.0]})");
  CHECK(vector("data: [1, 2, 3, 4] vectors_count: 2") == "[[1.0,2.0],[3.0,4.0]]");
  CHECK_THROWS_AS(vector("data: [1, 2, 3] vectors_count: 2"), Failure);
  CHECK_THROWS_AS(vector("data: [1] vectors_count: 0"), Failure);
}

TEST_CASE("queries have their dense vector beside the JSON") {
  CHECK(
      request<qdrant::QueryPoints>("query { nearest { dense { data: [1, 2] } } } limit: 3") ==
      R"({"query":{"nearest":{"$dense":0}},"limit":3,"with_payload":false,"with_vectors":false})");
  CHECK(request<qdrant::QueryPoints>("prefetch { query { nearest { id { num: 7 } } } limit: 5 }"
                                     "query { fusion: DBSF }") ==
        R"({"prefetch":[{"query":{"nearest":7},"limit":5}],"query":{"fusion":"dbsf"},"limit":10,)"
        R"("with_payload":false,"with_vectors":false})");
  CHECK(
      request<qdrant::QueryPoints>(
          "query { nearest_with_mmr { nearest { id { num: 1 } } mmr { diversity: 0.5 } } }")
          .starts_with(R"({"query":{"nearest":1,"mmr":{"diversity":0.5,"candidates_limit":10}})"));
  CHECK_THROWS_AS(request<qdrant::QueryPoints>("query { }"), Failure);
  CHECK_THROWS_AS(request<qdrant::QueryPoints>("query { nearest { } }"), Failure);
  CHECK_THROWS_AS(request<qdrant::QueryPoints>("query { formula { expression { } } }"), Failure);
}

TEST_CASE("numbers that JSON or vecext lack become what they mean") {
  const std::string all = request<qdrant::QueryPoints>(
      "limit: 18446744073709551615 score_threshold: inf params { idf { } }"
      " filter { must { field { key: \"n\" range { gte: -inf } } } }");
  CHECK(all.find(R"("limit":268435455)") != std::string::npos);
  CHECK(all.find(R"("score_threshold":3.4028235e+38)") != std::string::npos);
  CHECK(all.find(R"("idf":"global")") != std::string::npos);
  CHECK(all.find(R"("gte":-1.7976931348623157e+308)") != std::string::npos);
  CHECK_THROWS_AS(request<qdrant::QueryPoints>("score_threshold: nan"), Failure);
  CHECK_THROWS_AS(filter("must { field { key: \"n\" range { gte: nan } } }"), Failure);
}

TEST_CASE("searches of older clients become queries") {
  CHECK(request<qdrant::SearchPoints>("vector: [1] vector_name: \"a\" limit: 2 offset: 1") ==
        R"({"query":{"nearest":{"$dense":0}},"using":"a","limit":2,"offset":1,)"
        R"("with_payload":false,"with_vectors":false})");
  CHECK(request<qdrant::RecommendPointGroups>("positive { num: 1 } limit: 2 group_by: \"k\""
                                              " group_size: 4 strategy: BestScore")
            .starts_with(R"({"query":{"recommend":{"positive":[1],"negative":[],)"
                         R"("strategy":"best_score"}},"limit":2,"group_by":"k","group_size":4)"));
}

TEST_CASE("upserts of dense vectors become columns, others a list") {
  ChangeTexts texts;
  const Change dense = change_of(message_of<qdrant::UpsertPoints>(R"(
      points { id { num: 1 } vectors { vector { data: [1, 2] } } payload { key: "n" value { integer_value: 5 } } }
      points { id { uuid: "u" } vectors { vectors { vectors { key: "" value { dense { data: [3, 4] } } } } } })"),
                                 texts);
  REQUIRE(dense.columns);
  CHECK(dense.columns->ids == std::vector<std::string>{"1", "u"});
  CHECK(dense.columns->payloads == std::vector<std::string_view>{R"({"n":5})", "{}"});
  const Change sparse = change_of(message_of<qdrant::UpsertPoints>(R"(
      points { id { num: 1 } vectors { vectors { vectors { key: "s" value { sparse { indices: 7 values: 1 } } } } } }
      update_mode: InsertOnly)"),
                                  texts);
  CHECK_FALSE(sparse.columns);
  CHECK(sparse.value == R"([{"id":1,"vector":{"s":{"indices":[7],"values":[1.0]}},"payload":{}}])");
  CHECK(sparse.mode == "insert_only");
  CHECK_THROWS_AS(change_of(message_of<qdrant::UpsertPoints>("points { }"), texts), Failure);
  CHECK_THROWS_AS(change_of(message_of<qdrant::DeletePoints>(""), texts), Failure);
}

TEST_CASE("an entry of a map may come without its value") {
  qdrant::SparseVectorConfig sparse;
  REQUIRE(sparse.ParseFromString("\x0a\x03\x0a\x01s"));
  CHECK(sparse.map().contains("s"));
}

TEST_CASE("configurations have the members of Qdrant's JSON, and come back from them") {
  const char* const text = R"(
      hnsw_config { m: 0 }
      optimizers_config { max_optimization_threads { setting: Auto } }
      vectors_config { params_map { map { key: "a" value { size: 4 distance: Dot datatype: Float16
        multivector_config { } } } } }
      sparse_vectors_config { map { key: "s" value { modifier: Idf } } })";
  const auto message = message_of<qdrant::CreateCollection>(text);
  const std::string json = json_object([&](JsonWriter& out) { write_fields(out, message); });
  CHECK(
      json ==
      R"({"collection_name":"","hnsw_config":{"m":0},)"
      R"("optimizers_config":{"max_optimization_threads":"auto"},)"
      R"("vectors":{"a":{"size":4,"distance":"Dot","datatype":"float16",)"
      R"("multivector_config":{"comparator":"max_sim"}}},"sparse_vectors":{"s":{"modifier":"idf"}}})");
  qdrant::CreateCollection read;
  read_fields(json, read);
  CHECK(read.SerializeAsString() == message.SerializeAsString());
}

TEST_CASE("numbers that are not values of their enums are refused") {
  CHECK(request<qdrant::QueryPoints>("query { fusion: DBSF }").find(R"("fusion":"dbsf")") !=
        std::string::npos);
  for (const char* text :
       {"query { fusion: 99 }", "query { fusion: -1 }", "query { sample: 1 }",
        "query { order_by { key: 'k' direction: 2 } }", "query { recommend { strategy: 3 } }"}) {
    CHECK_THROWS_AS(request<qdrant::QueryPoints>(text), Failure);
  }
}
