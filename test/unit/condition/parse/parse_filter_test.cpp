#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "condition/parsed_json.h"
#include "condition/test_row.h"

namespace vecext::parse_filter_test {
using vecext::test::CountedArena;
using vecext::test::JsonText;
using vecext::test::parsed_json;
using vecext::test::refused;
using vecext::test::TestFilter;
using vecext::test::TestRow;

namespace {

std::string is(char key, int value) {
  return R"({"key": ")" + std::string(1, key) + R"(", "match": {"value": )" +
         std::to_string(value) + "}}";
}

bool holds(std::string_view filter, std::string_view payload, const RowFacts& row = TestRow()) {
  const TestFilter parsed(filter);
  INFO(filter, " ", parsed.error().path, " ", parsed.error().reason);
  REQUIRE(parsed.error().ok());
  return parsed.matches(payload, row);
}

std::string repeated(std::string_view part, int n, std::string_view separator = "") {
  std::string all;
  for (int i = 0; i < n; ++i) {
    all += i == 0 ? "" : separator;
    all += part;
  }
  return all;
}

/// A filter with so many levels.
std::string levels(int n) {
  return repeated(R"({"must": [)", n - 1) + "{}" + repeated("]}", n - 1);
}

/// A condition with a fault, and why it is refused in a filter.
std::string condition_refused(const std::string& condition) {
  return refused(R"({"must": [)" + condition + "]}");
}

std::string match_refused(const std::string& match) {
  return condition_refused(R"({"key": "k", "match": )" + match + "}");
}

}  // namespace

TEST_CASE("filters: clauses combine by AND") {
  const std::string filter = R"({"must": [)" + is('a', 1) + R"(], "should": [)" + is('b', 1) + "," +
                             is('c', 1) + R"(], "must_not": [)" + is('d', 1) + "]}";
  CHECK(holds(filter, R"({"a": 1, "b": 1})"));
  CHECK(holds(filter, R"({"a": 1, "c": 1, "d": 2})"));
  CHECK_FALSE(holds(filter, R"({"a": 1})"));
  CHECK_FALSE(holds(filter, R"({"b": 1, "c": 1})"));
  CHECK_FALSE(holds(filter, R"({"a": 1, "b": 1, "d": 1})"));
  CHECK_FALSE(holds(R"({"must_not": [)" + is('a', 1) + "," + is('b', 1) + "]}", R"({"b": 1})"));
  CHECK(holds(R"({"must_not": [)" + is('a', 1) + "," + is('b', 1) + "]}", R"({})"));
}

TEST_CASE("filters: empty and absent lists restrict nothing") {
  for (const char* filter :
       {"{}", R"({"must": []})", R"({"should": []})", R"({"must_not": []})",
        R"({"must": null, "should": null, "must_not": null, "min_should": null})",
        R"({"must": [{}, {"should": []}], "should": {}, "must_not": []})"}) {
    CHECK(holds(filter, "{}"));
    CHECK(holds(filter, R"({"a": 1})"));
  }
  CHECK_FALSE(holds(R"({"must_not": [{}]})", "{}"));
}

TEST_CASE("filters: one condition in place of a list") {
  CHECK(holds(R"({"must": )" + is('a', 1) + "}", R"({"a": 1})"));
  CHECK_FALSE(holds(R"({"must": )" + is('a', 1) + "}", R"({"a": 2})"));
  CHECK(holds(R"({"should": )" + is('a', 1) + "}", R"({"a": 1})"));
  CHECK_FALSE(holds(R"({"must_not": )" + is('a', 1) + "}", R"({"a": 1})"));
  CHECK(holds(R"({"min_should": {"min_count": 1, "conditions": )" + is('a', 1) + "}}",
              R"({"a": 1})"));
}

TEST_CASE("filters: a condition that is a filter again") {
  const std::string filter = R"({"should": [{"must": [)" + is('a', 1) + "," + is('b', 1) +
                             R"(]}, {"must_not": [{"should": [)" + is('a', 1) + "," + is('c', 1) +
                             "]}]}]}";
  CHECK(holds(filter, R"({"a": 1, "b": 1, "c": 1})"));
  CHECK(holds(filter, R"({})"));
  CHECK(holds(filter, R"({"b": 1})"));
  CHECK_FALSE(holds(filter, R"({"a": 1})"));
  CHECK_FALSE(holds(filter, R"({"c": 1, "b": 1})"));
}

TEST_CASE("filters: min_should counts conditions that hold") {
  const auto at_least = [](int n) {
    return R"({"min_should": {"min_count": )" + std::to_string(n) + R"(, "conditions": [)" +
           is('a', 1) + "," + is('b', 1) + "," + is('c', 1) + "]}}";
  };
  CHECK(holds(at_least(1), R"({"c": 1})"));
  CHECK_FALSE(holds(at_least(1), R"({"d": 1})"));
  CHECK(holds(at_least(2), R"({"a": 1, "c": 1})"));
  CHECK_FALSE(holds(at_least(2), R"({"b": 1, "c": 2})"));
  CHECK(holds(at_least(3), R"({"a": 1, "b": 1, "c": 1})"));
  CHECK_FALSE(holds(at_least(3), R"({"a": 1, "b": 1})"));
  CHECK_FALSE(holds(at_least(4), R"({"a": 1, "b": 1, "c": 1})"));
  CHECK_FALSE(
      holds(R"({"min_should": {"min_count": 9223372036854775807, "conditions": []}})", "{}"));
  CHECK_FALSE(holds(R"({"min_should": {"min_count": 1, "conditions": []}})", "{}"));
}

TEST_CASE("filters: several tests of a key are joined by OR") {
  const char* filter =
      R"({"must": [{"key": "n", "match": {"value": 1}, "range": {"gt": 5}, "is_null": true}]})";
  CHECK(holds(filter, R"({"n": 1})"));
  CHECK(holds(filter, R"({"n": 6})"));
  CHECK(holds(filter, R"({"n": null})"));
  CHECK_FALSE(holds(filter, R"({"n": 2})"));
  CHECK_FALSE(holds(filter, R"({})"));
}

TEST_CASE("filters: a null member of match stands for none") {
  const char* filter =
      R"({"must": {"key": "a", "match": {"any": null, "config": null, "value": 1, "text": null}}})";
  CHECK(holds(filter, R"({"a": 1})"));
  CHECK_FALSE(holds(filter, R"({"a": 2})"));
}

TEST_CASE("filters: the id and the vectors of the row") {
  const char* ids = R"({"must": [{"has_id": [7, 5, "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"]}]})";
  CHECK(holds(ids, "{}", TestRow("5")));
  CHECK(holds(ids, "{}", TestRow("\"5c56c793-69f3-4fbf-87e6-c4bf54c28c26\"")));
  CHECK_FALSE(holds(ids, R"({"id": 5})", TestRow("6")));
  CHECK_FALSE(holds(R"({"must": [{"has_id": []}]})", "{}", TestRow("6")));
  const TestRow row("1", {"", "image"});
  CHECK(holds(R"({"must": [{"has_vector": "image"}, {"has_vector": ""}]})", "{}", row));
  CHECK_FALSE(holds(R"({"must": [{"has_vector": "text"}]})", "{}", row));
  CHECK(holds(R"({"must_not": [{"has_vector": "text"}]})", "{}", row));
}

TEST_CASE("filters: the tree joins no single condition, sorts values and keeps each once") {
  const TestFilter single(R"({"must": [{"should": [{"must_not": []}, )" + is('a', 1) + "]}]}");
  CHECK(single.condition().kind == ConditionKind::kOr);
  REQUIRE(single.condition().children.size() == 2);
  CHECK(single.condition().children[0]->kind == ConditionKind::kAnd);
  CHECK(single.condition().children[1]->kind == ConditionKind::kIn);
  CHECK(single.condition().children[1]->path.text == "a");
  const TestFilter values(R"({"must": {"key": "a.b[]", "match": {"any": [3, "x", 1, 3.0, "x"]}}})");
  REQUIRE(values.condition().values.size() == 3);
  CHECK(values.condition().values[0].integer == 1);
  CHECK(values.condition().values[1].integer == 3);
  CHECK(values.condition().values[2].text == "x");
  CHECK(values.condition().path.steps.size() == 3);
  const TestFilter nested(R"({"must": {"nested": {"key": "a[].b[]", "filter": {}}}})");
  CHECK(nested.condition().path.steps.size() == 3);
}

TEST_CASE("filters refused: what a misspelt key may mean") {
  const auto said = [](const char* filter) { return parsed_json(filter, parse_filter); };
  CHECK(said(R"({"mus": []})") == ": unknown key (mus) not must");
  CHECK(said(R"({"must": [{"ky": "a", "match": {"value": 1}}]})") ==
        "must[0]: unknown key (ky) not key");
  CHECK(said(R"({"must": [{"key": "a", "macht": {"value": 1}}]})") ==
        "must[0]: unknown key (macht) not match");
  CHECK(said(R"({"must": [{"key": "a", "match": {"valu": 1}}]})") ==
        "must[0].match: unknown key (valu) not value");
  CHECK(said(R"({"color": "red"})") == ": unknown key (color)");
}

TEST_CASE("filters refused: wrong types and unknown keys, with the place") {
  CHECK(refused("[]") == ": expected an object");
  CHECK(refused("null") == ": expected an object");
  CHECK(refused("\"a\"") == ": expected an object");
  CHECK(refused(R"({"mus": []})") == " (mus): unknown key");
  CHECK(refused(R"({"must": 1})") == "must: expected a condition or an array of conditions");
  CHECK(refused(R"({"must": [[]]})") == "must[0]: expected an object");
  CHECK(refused(R"({"must": [null]})") == "must[0]: expected an object");
  CHECK(refused(R"({"must_not": ["a"]})") == "must_not[0]: expected an object");
  CHECK(refused(R"({"should": [{}, {"foo": 1}]})") == "should[1] (foo): unknown key");
  CHECK(refused(R"({"must": {"should": [{}, {"must": {"a.b": 1}}]}})") ==
        "must.should[1].must (a.b): unknown key");
  CHECK(condition_refused(R"({"key": "a", "must": []})") == "must[0] (must): unknown key");
  CHECK(condition_refused(R"({"key": "a"})") == "must[0]: condition has no test of its key");
  CHECK(condition_refused(R"({"key": 1, "match": {"value": 1}})") ==
        "must[0].key: expected a string");
  CHECK(condition_refused(R"({"key": "a..b", "match": {"value": 1}})") ==
        "must[0].key (a..b): path needs a key here");
  CHECK(condition_refused(R"({"match": {"value": 1}})") == "must[0] (match): unknown key");
  CHECK(condition_refused(R"({"key": "a", "match": 1})") == "must[0].match: expected an object");
  CHECK(condition_refused(R"({"key": "a", "is_empty": 1})") ==
        "must[0].is_empty: expected true or false");
  CHECK(condition_refused(R"({"is_empty": "k"})") == "must[0].is_empty: expected an object");
  CHECK(condition_refused(R"({"is_null": {}})") == "must[0].is_null.key: is missing");
  CHECK(condition_refused(R"({"is_null": {"key": "a", "x": 1}})") ==
        "must[0].is_null (x): unknown key");
  CHECK(condition_refused(R"({"is_null": {"key": "a"}, "has_id": []})") ==
        "must[0] (has_id): unknown key");
}

TEST_CASE("filters refused: match") {
  CHECK(match_refused("{}") == "must[0].match: match has no test");
  CHECK(match_refused(R"({"value": 1, "any": [1]})") == "must[0].match: match has several tests");
  CHECK(match_refused(R"({"valu": 1})") == "must[0].match (valu): unknown key");
  const std::string scalar = ": expected a string, an integer of 64 bits or a boolean";
  CHECK(match_refused(R"({"value": null})") == "must[0].match: match has no test");
  CHECK(match_refused(R"({"value": [1]})") == "must[0].match.value" + scalar);
  CHECK(match_refused(R"({"value": {}})") == "must[0].match.value" + scalar);
  CHECK(match_refused(R"({"value": 1.5})") == "must[0].match.value" + scalar);
  CHECK(match_refused(R"({"value": 18446744073709551616})") == "must[0].match.value" + scalar);
  CHECK(match_refused(R"({"any": 1})") == "must[0].match.any: expected an array");
  CHECK(match_refused(R"({"any": ["a", 1.5]})") == "must[0].match.any[1]" + scalar);
  CHECK(match_refused(R"({"except": ["a", null]})") == "must[0].match.except[1]" + scalar);
  CHECK(match_refused(R"({"text": 1})") == "must[0].match.text: expected a string");
  CHECK(match_refused(R"({"config": "english"})") == "must[0].match: match has no test");
  CHECK(match_refused(R"({"value": "a", "config": "english"})") ==
        "must[0].match.config: only text, text_any and phrase have a configuration");
  CHECK(match_refused(R"({"text": "a", "config": 1})") ==
        "must[0].match.config: expected a string");
  CHECK(match_refused(R"({"prefix": ["a"]})") == "must[0].match.prefix: expected a string");
}

TEST_CASE("filters refused: ranges and counts") {
  const auto range = [](const std::string& bounds) {
    return condition_refused(R"({"key": "k", "range": )" + bounds + "}");
  };
  CHECK(range("[1, 2]") == "must[0].range: expected an object");
  CHECK(range(R"({"from": 1})") == "must[0].range (from): unknown key");
  CHECK(range(R"({"gt": true})") == "must[0].range.gt: expected a number");
  CHECK(range(R"({"gt": "noon"})") == "must[0].range.gt (noon): must be a date or a time");
  CHECK(range(R"({"gt": 1, "lt": "2024-01-01"})") == "must[0].range.gt: expected a string");
  const auto count = [](const std::string& bounds) {
    return condition_refused(R"({"key": "k", "values_count": )" + bounds + "}");
  };
  CHECK(count(R"({"gt": -1})") == "must[0].values_count.gt: must not be negative");
  CHECK(count(R"({"gt": 0.5})") == "must[0].values_count.gt: expected an integer of 64 bits");
  CHECK(count(R"({"lte": "2"})") == "must[0].values_count.lte: expected an integer of 64 bits");
  CHECK(count("1") == "must[0].values_count: expected an object");
}

TEST_CASE("filters refused: numbers that are not finite") {
  JsonText filter(R"({"must": {"key": "k", "range": {"gt": 1}}})");
  // JSON has no infinity; a number beyond doubles reads as one.
  class Infinite final : public JsonSource {
   public:
    explicit Infinite(const JsonText& text) : text_(text) {}
    int size(const JsonValue& container) const override { return text_.size(container); }
    JsonValue element(const JsonValue& array, int i) const override {
      return text_.element(array, i);
    }
    JsonMember member(const JsonValue& object, int i) const override {
      return text_.member(object, i);
    }
    JsonValue find(const JsonValue& object, std::string_view key) const override {
      JsonValue value = text_.find(object, key);
      if (value.kind == JsonKind::kNumber) {
        value.is_integer = false;
        value.number = -std::numeric_limits<double>::infinity();
      }
      return value;
    }

   private:
    const JsonText& text_;
  };
  const Infinite source(filter);
  CountedArena memory;
  const Arena arena = memory.arena();
  const Condition* condition;
  const ParseError error = parse_filter(filter.root(), source, arena, &condition);
  CHECK(error.code == ParseErrorCode::kMalformed);
  CHECK(error.path == "must.range.gt");
  CHECK(std::string(error.reason) == "number is out of range");
}

TEST_CASE("filters refused: areas on the earth") {
  const auto geo = [](const std::string& test) {
    return condition_refused(R"({"key": "p", )" + test + "}");
  };
  const std::string zero = R"({"lon": 0, "lat": 0})";
  CHECK(geo(R"("geo_bounding_box": {"top_left": )" + zero + "}") ==
        "must[0].geo_bounding_box.bottom_right: is missing");
  CHECK(geo(R"("geo_bounding_box": {"top_left": )" + zero + R"(, "bottom_right": [0, 0]})") ==
        "must[0].geo_bounding_box.bottom_right: expected an object");
  CHECK(geo(R"("geo_bounding_box": {"left": 1})") ==
        "must[0].geo_bounding_box (left): unknown key");
  const auto center = [&](const std::string& point) {
    return geo(R"("geo_radius": {"center": )" + point + R"(, "radius": 1})");
  };
  CHECK(center(R"({"lon": 180.5, "lat": 0})") ==
        "must[0].geo_radius.center.lon: must lie between -180 and 180");
  CHECK(center(R"({"lon": 0, "lat": -91})") ==
        "must[0].geo_radius.center.lat: must lie between -90 and 90");
  CHECK(center(R"({"lon": 0})") == "must[0].geo_radius.center.lat: is missing");
  CHECK(center(R"({"lon": 0, "lat": 0, "alt": 0})") ==
        "must[0].geo_radius.center (alt): unknown key");
  CHECK(geo(R"("geo_radius": {"center": )" + zero + R"(, "radius": -1})") ==
        "must[0].geo_radius.radius: must not be negative");
  CHECK(geo(R"("geo_radius": {"center": )" + zero + "}") ==
        "must[0].geo_radius.radius: is missing");
  const std::string one = R"({"lon": 1, "lat": 0})";
  const std::string two = R"({"lon": 1, "lat": 1})";
  const std::string triangle = zero + "," + one + "," + two + "," + zero;
  const auto polygon = [&](const std::string& points, const std::string& more = "") {
    return geo(R"("geo_polygon": {"exterior": {"points": [)" + points + "]}" + more + "}");
  };
  CHECK(polygon(triangle) == "");
  CHECK(polygon(triangle, R"(, "interiors": null)") == "");
  CHECK(polygon(zero + "," + one + "," + zero) ==
        "must[0].geo_polygon.exterior.points: a ring needs at least 4 points");
  CHECK(polygon(zero + "," + one + "," + two + "," + one) ==
        "must[0].geo_polygon.exterior.points: a ring must end at its first point");
  CHECK(polygon(zero + ", 5, " + two + "," + zero) ==
        "must[0].geo_polygon.exterior.points[1]: expected an object");
  CHECK(
      polygon(triangle, R"(, "interiors": [{"points": [)" + triangle + R"(]}, {"points": []}])") ==
      "must[0].geo_polygon.interiors[1].points: a ring needs at least 4 points");
  CHECK(polygon(triangle, R"(, "interiors": {})") ==
        "must[0].geo_polygon.interiors: expected an array");
  CHECK(geo(R"("geo_polygon": {})") == "must[0].geo_polygon.exterior: is missing");
  CHECK(geo(R"("geo_polygon": {"exterior": []})") ==
        "must[0].geo_polygon.exterior: expected an object");
}

TEST_CASE("filters refused: min_should, rows, nested") {
  const auto min_should = [](const std::string& rest) {
    return refused(R"({"min_should": {)" + rest + "}}");
  };
  CHECK(min_should(R"("conditions": [])") == "min_should.min_count: is missing");
  CHECK(min_should(R"("min_count": 1)") == "min_should.conditions: is missing");
  CHECK(min_should(R"("min_count": 0, "conditions": [])") ==
        "min_should.min_count: must be at least 1");
  CHECK(min_should(R"("min_count": 1.5, "conditions": [])") ==
        "min_should.min_count: expected an integer of 64 bits");
  CHECK(min_should(R"("min_count": 1, "conditions": [{"a": 1}])") ==
        "min_should.conditions[0] (a): unknown key");
  CHECK(refused(R"({"min_should": []})") == "min_should: expected an object");
  CHECK(condition_refused(R"({"has_id": 1})") == "must[0].has_id: expected an array");
  CHECK(condition_refused(R"({"has_id": [1, 2.5]})") ==
        "must[0].has_id[1]: expected a string or an integer of 64 bits");
  CHECK(condition_refused(R"({"has_vector": ["a"]})") == "must[0].has_vector: expected a string");
  CHECK(condition_refused(R"({"slice": {"total": 2}})") == "must[0].slice.index: is missing");
  CHECK(condition_refused(R"({"slice": {"total": 2, "index": 2}})") ==
        "must[0].slice.index: must be at least 0 and less than total");
  CHECK(condition_refused(R"({"nested": {"key": "a"}})") == "must[0].nested.filter: is missing");
  CHECK(condition_refused(R"({"nested": {"filter": {}}})") == "must[0].nested.key: is missing");
  CHECK(condition_refused(R"({"nested": {"key": "a", "filter": {}, "x": 1}})") ==
        "must[0].nested (x): unknown key");
  const std::string rows = ": a nested filter is about elements, not about rows";
  CHECK(condition_refused(R"({"nested": {"key": "a", "filter": {"must": {"has_id": [1]}}}})") ==
        "must[0].nested.filter.must.has_id" + rows);
  CHECK(
      condition_refused(
          R"({"nested": {"key": "a", "filter": {"should": [{"must": [{"has_vector": ""}]}]}}})") ==
      "must[0].nested.filter.should[0].must[0].has_vector" + rows);
  // Behind a nested filter they are allowed again.
  CHECK(refused(R"({"must": [{"nested": {"key": "a", "filter": {}}}, {"has_id": [1]}]})") == "");
}

TEST_CASE("filters: limits of levels, conditions and values") {
  CHECK(refused(levels(kMostLevels)) == "");
  CHECK(holds(levels(kMostLevels), "{}"));
  CHECK(refused(levels(kMostLevels + 1)) ==
        "too large: " + repeated("must[0]", kMostLevels, ".") + ": filter has too many levels");
  CHECK(refused(levels(20000)).starts_with("too large: must[0]"));
  const std::string nested = R"({"must": {"nested": {"key": "a", "filter": )";
  CHECK(refused(repeated(nested, kMostLevels - 1) + "{}" + repeated("}}}", kMostLevels - 1)) == "");
  CHECK(refused(repeated(nested, kMostLevels) + "{}" + repeated("}}}", kMostLevels))
            .starts_with("too large: must.nested.filter"));

  const auto conditions = [](int n) { return repeated("{}", n, ","); };
  CHECK(refused(R"({"must": [)" + conditions(kMostConditions) + "]}") == "");
  CHECK(refused(R"({"must_not": [)" + conditions(kMostConditions) + "]}") == "");
  CHECK(refused(R"({"must": [)" + conditions(kMostConditions + 1) + "]}") ==
        "too large: must: filter has too many conditions");
  CHECK(refused(R"({"must": [)" + conditions(kMostConditions) + R"(], "should": [{}]})") ==
        "too large: should[0]: filter has too many conditions");
  CHECK(refused(R"({"must": [)" + conditions(1000000) + "]}") ==
        "too large: must: filter has too many conditions");

  const auto values = [](int n) {
    return R"({"key": "k", "match": {"any": [)" + repeated("1", n, ",") + "]}}";
  };
  CHECK(refused(R"({"must": [)" + values(kMostValues) + "]}") == "");
  CHECK(refused(R"({"must": [)" + values(kMostValues + 1) + "]}") ==
        "too large: must[0].match.any: filter has too many values");
  CHECK(refused(R"({"must": [)" + values(kMostValues / 2) + "," + values(kMostValues / 2 + 1) +
                "]}") == "too large: must[1].match.any: filter has too many values");
  CHECK(refused(R"({"must": [{"has_id": [)" + repeated("1", 1000000, ",") + "]}]}") ==
        "too large: must[0].has_id: filter has too many values");
  CHECK(refused(R"({"must": [{"key": "p", "geo_polygon": {"exterior": {"points": [)" +
                repeated(R"({"lon": 0, "lat": 0})", kMostValues + 1, ",") + "]}}}]}") ==
        "too large: must[0].geo_polygon.exterior.points: filter has too many values");
}

TEST_CASE("filters: no memory at any request") {
  const JsonText filter(R"({"must": [{"key": "a", "match": {"any": ["x", 1]}},
      {"nested": {"key": "b", "filter": {"must_not": [{"is_null": {"key": "c"}}]}}}],
      "should": [{"key": "d", "is_empty": false, "range": {"gt": "2024-01-01"}}, {"has_id": [1]}],
      "min_should": {"min_count": 1, "conditions": [{"has_vector": ""}, {"key": "p",
        "geo_polygon": {"exterior": {"points": [{"lon": 0, "lat": 0}, {"lon": 1, "lat": 0},
          {"lon": 1, "lat": 1}, {"lon": 0, "lat": 0}]}}}]}})");
  REQUIRE(filter.is_valid());
  std::size_t refusals = 0;
  for (;; ++refusals) {
    CountedArena memory(refusals);
    const Arena arena = memory.arena();
    const Condition* condition = nullptr;
    const ParseError error = parse_filter(filter.root(), filter, arena, &condition);
    if (error.ok()) {
      CHECK(condition != nullptr);
      break;
    }
    REQUIRE(error.code == ParseErrorCode::kOutOfMemory);
    REQUIRE(condition == nullptr);
  }
  CHECK(refusals > 20);
}

}  // namespace vecext::parse_filter_test
