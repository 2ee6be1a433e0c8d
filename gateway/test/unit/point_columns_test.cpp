// Points of upserts as columns.
#include "wire/rest/point_columns.h"

#include <doctest/doctest.h>

#include <tuple>

#include "base/failure.h"
#include "wire/rest/change_json.h"
#include "wire/rest/point_json.h"

using namespace vecext::gateway;
using namespace vecext::gateway::rest;

TEST_CASE("points with dense vectors become columns, in which what a point lacks is null") {
  const auto columns =
      columns_of(RawJson(R"([{"id": 7, "vector": {"a": [1]}, "payload": {"n": 1.50}},)"
                         R"( {"id": "u", "vector": {"b": [2, 3], "a": [4]}, "payload": null},)"
                         R"( {"id": 8, "vector": {}}])"));
  REQUIRE(columns);
  CHECK(columns->ids == std::vector<std::string>{"7", "u", "8"});
  CHECK(columns->payloads == std::vector<std::string_view>{R"({"n": 1.50})", "{}", "{}"});
  REQUIRE(columns->vectors.size() == 2);
  CHECK(columns->vectors[0].name == "a");
  CHECK(columns->vectors[0].values.size() == 3);
  CHECK(columns->vectors[1].name == "b");
  CHECK(columns->vectors[1].values.elements().substr(0, 8) ==
        std::string_view("\xff\xff\xff\xff\0\0\0\x0c", 8));
}

TEST_CASE("points that columns cannot have, and faults, are left to vecext.upsert") {
  for (const char* points :
       {"[]", R"([{"id": 1}])", R"([{"id": 1, "vector": {}}])", R"([{"id": 1.5, "vector": [1]}])",
        R"([{"id": -1, "vector": [1]}])", R"([{"id": 007, "vector": [1]}])",
        R"([{"id": 1, "vector": [01]}])", R"([{"id": "7", "vector": [1]}])", R"([{"vector": [1]}])",
        R"([{"id": 1, "vector": [[1], [2]]}])", R"([{"id": 1, "vector": {"a": [1], "a": [2]}}])",
        R"([{"id": 1, "vector": {"a": {"indices": [1], "values": [1]}}}])",
        R"([{"id": 1, "vector": [1], "other": 2}])", R"([{"id": 1, "vector": [1]}, {"id": 2}])"}) {
    CHECK_FALSE(columns_of(RawJson(points)));
  }
}

TEST_CASE("points are selected by their ids, or else by a filter; vectors by both") {
  const JsonObject both = JsonObject::parse(
      R"({"points": [], "filter": {"must": []}, "keys": [], "payload": {}, "vector": ["a"]})",
      "body");
  for (const auto change_of :
       {delete_of, clear_payload_of, set_payload_of, overwrite_payload_of, delete_payload_of}) {
    const Change change = change_of(both);
    CHECK(change.points.ids == "[]");
    CHECK(!change.points.filter);
  }
  const Change vectors = delete_vectors_of(both);
  CHECK(vectors.points.ids == "[]");
  CHECK(vectors.points.filter == R"({"must": []})");
  const JsonObject filter =
      JsonObject::parse(R"({"points": null, "filter": {}, "vector": ["a"]})", "body");
  CHECK(delete_of(filter).points.filter == "{}");
  CHECK(delete_vectors_of(filter).points.filter == "{}");
  CHECK_THROWS_AS(delete_of(JsonObject::parse(R"({"points": null})", "body")), Failure);
  CHECK_THROWS_AS(delete_vectors_of(JsonObject::parse(R"({"vector": ["a"]})", "body")), Failure);
}

TEST_CASE("the filter of a deletion counts if its points are not ids") {
  const auto points_of = [](const std::string& points) {
    const std::string body = R"({"filter": {}, "points": )" + points + "}";
    const Change change = clear_payload_of(JsonObject::parse(body, "body"));
    CHECK(delete_of(JsonObject::parse(body, "body")).points.ids == change.points.ids);
    return std::tuple(change.points.ids.has_value(), change.points.filter.has_value(),
                      change.filter_otherwise.has_value());
  };
  const std::string uuid = "550e8400-e29b-41d4-a716-446655440000";
  for (const std::string& ids : {std::string("[]"), std::string("[18446744073709551615]"),
                                 R"(["urn:uuid:)" + uuid + R"("])", R"([1, ")" + uuid + R"("])"}) {
    CAPTURE(ids);
    CHECK(points_of(ids) == std::tuple(true, false, false));
  }
  // These may be ids of type text.
  CHECK(points_of(R"(["x", 1])") == std::tuple(true, false, true));
  CHECK(points_of(R"([")" + uuid + R"(0"])") == std::tuple(true, false, true));
  for (const char* ids :
       {"[1.5]", "[-1]", "[18446744073709551616]", "[null]", "1", "{}", R"(["x", {}])"}) {
    CAPTURE(ids);
    CHECK(points_of(ids) == std::tuple(false, true, false));
  }
}

TEST_CASE("ids are unsigned integers or strings, and vectors are not null") {
  const auto upsert = [](const std::string& points) {
    return upsert_of(JsonObject::parse(R"({"points": )" + points + "}", "body"));
  };
  for (const char* id : {"1.0", "1e2", "-1", "007", "true", "[1]"}) {
    CAPTURE(id);
    CHECK_THROWS_AS(
        upsert(R"([{"id": 1, "vector": [1]}, {"vector": [1], "id": )" + std::string(id) + "}]"),
        Failure);
    CHECK_THROWS_AS(
        selector_of(JsonObject::parse(R"({"points": [2, )" + std::string(id) + "]}", "body")),
        Failure);
  }
  for (const char* vector : {"null", R"({"a": null})"}) {
    CHECK_THROWS_AS(upsert(R"([{"id": 1, "vector": )" + std::string(vector) + "}]"), Failure);
  }
  CHECK_THROWS_AS(upsert(R"([{"id": 1}])"), Failure);
  CHECK_NOTHROW(upsert(R"([{"id": 0, "vector": {}}, {"id": "u", "vector": [[1]]}])"));
}
