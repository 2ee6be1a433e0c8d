#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "condition/parsed_json.h"

namespace vecext::test::parse_llamaindex_test {

namespace {

constexpr auto kParse = [](const JsonValue& filter, const JsonSource& source, const Arena& arena,
                           const Condition** condition) {
  return parse_llamaindex_filter(filter, source, arena, condition);
};

std::string parsed(std::string_view filter) {
  return parsed_json(filter, kParse);
}

std::string only(std::string_view members) {
  return R"({"filters": [{"key": "a", )" + std::string(members) + "}]}";
}

/// A list of one filter on the key a.
std::string parsed_only(std::string_view members) {
  return parsed(only(members));
}

/// Whether a value of the key a satisfies that filter.
bool matches_only(std::string_view members, std::string_view value) {
  return matches_json(only(members), R"({"a": )" + std::string(value) + "}", kParse);
}

}  // namespace

TEST_CASE("LlamaIndex: operators") {
  CHECK(parsed_only(R"("value": 1)") == "in(a: 1)");
  CHECK(parsed_only(R"("value": "x", "operator": null)") == "in(a: \"x\")");
  CHECK(parsed_only(R"("value": "x", "operator": "==")") == "in(a: \"x\")");
  CHECK(parsed_only(R"("value": 1.5, "operator": "!=")") == "not(in(a: 1.5))");
  CHECK(parsed_only(R"("value": 1, "operator": ">")") == "number(a: (1, ))");
  CHECK(parsed_only(R"("value": 1, "operator": ">=")") == "number(a: [1, ))");
  CHECK(parsed_only(R"("value": 1, "operator": "<")") == "number(a: (, 1))");
  CHECK(parsed_only(R"("value": "1", "operator": "<=")") == "text(a: (, \"1\"])");
  CHECK(parsed_only(R"("value": [2, 1], "operator": "in")") == "in(a: 1, 2)");
  CHECK(parsed_only(R"("value": [], "operator": "in")") == "in(a)");
  CHECK(parsed_only(R"("value": [2, 1], "operator": "nin")") == "not(in(a: 1, 2))");
  CHECK(parsed_only(R"("value": ["x"], "operator": "any")") == "in(a: \"x\")");
  CHECK(parsed_only(R"("value": ["x", "y", "x"], "operator": "all")") ==
        "has_all(a: \"x\", \"y\")");
  CHECK(parsed_only(R"("value": "x", "operator": "contains")") == "has_all(a: \"x\")");
  CHECK(parsed_only(R"("value": "x%", "operator": "text_match")") == "substring(a: \"x%\")");
  CHECK(parsed_only(R"("value": "x%_\\", "operator": "text_match_insensitive")") ==
        "like(a: \"%x\\%\\_\\\\%\" in any case)");
  CHECK(parsed_only(R"("value": "", "operator": "text_match_insensitive")") ==
        "like(a: \"%%\" in any case)");
  CHECK(parsed_only(R"("value": null, "operator": "is_empty")") == "is_empty(a)");
  CHECK(parsed_only(R"("operator": "is_empty")") == "is_empty(a)");
}

TEST_CASE("LlamaIndex: lists of filters") {
  const std::string a = R"({"key": "a", "value": 1})";
  const std::string b = R"({"key": "b.c[]", "value": 2})";
  const std::string both = R"({"filters": [)" + a + ", " + b + "]";
  CHECK(parsed(both + "}") == "and(in(a: 1), in(b.c[]: 2))");
  CHECK(parsed(both + R"(, "condition": null})") == "and(in(a: 1), in(b.c[]: 2))");
  CHECK(parsed(both + R"(, "condition": "and"})") == "and(in(a: 1), in(b.c[]: 2))");
  CHECK(parsed(both + R"(, "condition": "or"})") == "or(in(a: 1), in(b.c[]: 2))");
  CHECK(parsed(both + R"(, "condition": "not"})") == "not(or(in(a: 1), in(b.c[]: 2)))");
  CHECK(parsed(R"({"filters": [)" + a + R"(], "condition": "not"})") == "not(in(a: 1))");
  CHECK(parsed(R"({"filters": [)" + a + ", " + both + R"(, "condition": "or"}]})") ==
        "and(in(a: 1), or(in(a: 1), in(b.c[]: 2)))");
  CHECK(parsed(R"({"filters": []})") == "and()");
  CHECK(parsed(R"({"filters": [], "condition": "or"})") == "and()");
  CHECK(parsed(R"({"filters": [], "condition": "not"})") == "and()");
}

TEST_CASE("LlamaIndex: what operators mean") {
  CHECK(matches_only(R"("value": ["x", "y"], "operator": "any")", R"(["z", "y"])"));
  CHECK_FALSE(matches_only(R"("value": ["x", "y"], "operator": "any")", R"(["z"])"));
  CHECK(matches_only(R"("value": ["x", "y"], "operator": "all")", R"(["y", "z", "x"])"));
  CHECK_FALSE(matches_only(R"("value": ["x", "y"], "operator": "all")", R"(["y", "z"])"));
  CHECK(matches_only(R"("value": 1, "operator": "contains")", "[0, 1]"));
  // A text does not contain its parts, nor itself.
  CHECK_FALSE(matches_only(R"("value": "x", "operator": "contains")", R"("xy")"));
  CHECK_FALSE(matches_only(R"("value": "x", "operator": "contains")", R"("x")"));
  CHECK(matches_only(R"("value": "%", "operator": "text_match")", R"("50%")"));
  CHECK_FALSE(matches_only(R"("value": "%", "operator": "text_match")", R"("50")"));
  const std::string_view any_case = R"("value": "A_%", "operator": "text_match_insensitive")";
  CHECK(matches_only(any_case, R"("xa_%y")"));
  CHECK_FALSE(matches_only(any_case, R"("xabcy")"));
  CHECK_FALSE(matches_only(R"("value": "5", "operator": ">")", "6"));
  CHECK(matches_only(R"("operator": "is_empty")", "[]"));
  CHECK(matches_json(only(R"("operator": "is_empty")"), "{}", kParse));
  CHECK(matches_json(only(R"("value": 1, "operator": "!=")"), "{}", kParse));
  CHECK(matches_json(only(R"("value": [1], "operator": "nin")"), "{}", kParse));
}

TEST_CASE("LlamaIndex: malformed, with the place") {
  CHECK(parsed("[]") == ": expected an object");
  CHECK(parsed("{}") == "filters: is missing");
  CHECK(parsed(R"({"filters": {}})") == "filters: expected an array");
  CHECK(parsed(R"({"filters": [], "and": 1})") == ": unknown key (and)");
  CHECK(parsed(R"({"filters": [], "condition": "xor"})") ==
        "condition: must be and, or or not (xor)");
  CHECK(parsed(R"({"filters": [], "condition": 1})") == "condition: expected a string");
  CHECK(parsed(R"({"filters": [1]})") == "filters[0]: expected an object");
  CHECK(parsed(R"({"filters": [{}]})") == "filters[0].key: is missing");
  CHECK(parsed(R"({"filters": [{"filters": [{"key": "a."}]}]})") ==
        "filters[0].filters[0].key: path needs a key here (a.)");
  CHECK(parsed_only(R"("value": 1, "op": "==")") == "filters[0]: unknown key (op)");
  CHECK(parsed_only(R"("operator": "==")") == "filters[0].value: is missing");
  CHECK(parsed_only(R"("value": [1], "operator": "!=")") ==
        "filters[0].value: expected a string, a number or a boolean");
  CHECK(parsed_only(R"("value": 1, "operator": 1)") == "filters[0].operator: expected a string");
  CHECK(parsed_only(R"("value": 1, "operator": "=")") ==
        "filters[0].operator: unknown operator (=)");
  CHECK(parsed_only(R"("value": true, "operator": "<")") ==
        "filters[0].value: expected a number or a string");
  CHECK(parsed_only(R"("value": "x", "operator": "in")") == "filters[0].value: expected an array");
  CHECK(parsed_only(R"("value": [1, [2]], "operator": "all")") ==
        "filters[0].value[1]: expected a string, a number or a boolean");
  CHECK(parsed_only(R"("value": ["x"], "operator": "contains")") ==
        "filters[0].value: expected a string, a number or a boolean");
  CHECK(parsed_only(R"("value": 1, "operator": "text_match")") ==
        "filters[0].value: expected a string");
  CHECK(parsed_only(R"("operator": "text_match_insensitive")") == "filters[0].value: is missing");
  CHECK(parsed_only(R"("value": 1, "operator": "is_empty")") == "filters[0].value: must be null");
}

TEST_CASE("LlamaIndex: limits") {
  const auto nested = [](int levels) {
    std::string filter = R"({"filters": []})";
    for (int i = 1; i < levels; ++i) {
      filter = R"({"filters": [)" + filter + R"(], "condition": "not"})";
    }
    return parsed(filter);
  };
  CHECK(nested(kMostLevels).starts_with("not(not("));
  CHECK(nested(kMostLevels + 1).ends_with("filters[0]: limit: filter has too many levels"));

  for (const std::string filter : {R"({"key": "a", "value": 1})", R"({"filters": []})"}) {
    std::string many = R"({"filters": [)" + filter;
    for (int i = 1; i < kMostConditions; ++i) {
      many += ", " + filter;
    }
    CHECK(parsed(many + "]}").starts_with("and("));
    CHECK(parsed(many + ", " + filter + "]}") == "filters: limit: filter has too many conditions");
    CHECK(parsed(R"({"filters": [)" + many + "]}, " + filter + "]}")
              .ends_with("limit: filter has too many conditions"));
  }
}

TEST_CASE("LlamaIndex: no memory") {
  check_without_memory(
      R"({"filters": [{"key": "\"a\"\"\"", "value": [1, 2], "operator": "nin"}, {"filters": [
          {"key": "b", "value": "x", "operator": "text_match_insensitive"},
          {"key": "b", "value": 1}], "condition": "not"}]})",
      kParse);
}

}  // namespace vecext::test::parse_llamaindex_test
