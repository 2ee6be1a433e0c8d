#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "condition/parsed_json.h"

namespace vecext::test::parse_langchain_test {

namespace {

std::string parsed(std::string_view filter) {
  return parsed_json(filter, parse_langchain_filter);
}

}  // namespace

TEST_CASE("LangChain: operators of a field") {
  CHECK(parsed(R"({"a": 1})") == "in(a: 1)");
  CHECK(parsed(R"({"a": "x"})") == "in(a: \"x\")");
  CHECK(parsed(R"({"a": null})") == "is_null(a)");
  CHECK(parsed(R"({"a": {"$eq": 1.5}})") == "in(a: 1.5)");
  CHECK(parsed(R"({"a": {"$ne": true}})") == "not(in(a: true))");
  CHECK(parsed(R"({"a": {"$ne": null}})") == "not(is_null(a))");
  CHECK(parsed(R"({"a": {"$lt": 1}})") == "number(a: (, 1))");
  CHECK(parsed(R"({"a": {"$lte": 1}})") == "number(a: (, 1])");
  CHECK(parsed(R"({"a": {"$gt": 1}})") == "number(a: (1, ))");
  CHECK(parsed(R"({"a": {"$gte": "x"}})") == "text(a: [\"x\", ))");
  CHECK(parsed(R"({"a": {"$in": [2, "1", 1, 2]}})") == "in(a: 1, 2, \"1\")");
  CHECK(parsed(R"({"a": {"$in": []}})") == "in(a)");
  CHECK(parsed(R"({"a": {"$nin": [1]}})") == "not(in(a: 1))");
  CHECK(parsed(R"({"a": {"$between": [1, 2.5]}})") == "number(a: [1, 2.5])");
  CHECK(parsed(R"({"a": {"$between": ["b", "c"]}})") == "text(a: [\"b\", \"c\"])");
  CHECK(parsed(R"({"a": {"$exists": true}})") == "exists(a)");
  CHECK(parsed(R"({"a": {"$exists": false}})") == "not(exists(a))");
  CHECK(parsed(R"({"a": {"$like": "x%\\_\\\\"}})") == "like(a: \"x%\\_\\\\\")");
  CHECK(parsed(R"({"a": {"$ilike": "x_"}})") == "like(a: \"x_\" in any case)");
}

TEST_CASE("LangChain: fields are paths") {
  CHECK(parsed(R"({"a.b[0].c": 1})") == "in(a.b[0].c: 1)");
  CHECK(parsed(R"({"\"a.b\"": 1})") == "in(\"a.b\": 1)");
  CHECK(parsed(R"({"a.": 1})") == "\"a.\": path needs a key here (a.)");
}

TEST_CASE("LangChain: conditions of conditions") {
  CHECK(parsed(R"({})") == "and()");
  CHECK(parsed(R"({"a": 1, "b": {"$gt": 2}})") == "and(in(a: 1), number(b: (2, )))");
  CHECK(parsed(R"({"$and": [{"a": 1}, {"b": 2}]})") == "and(in(a: 1), in(b: 2))");
  CHECK(parsed(R"({"$OR": [{"a": 1}, {"b": 2, "c": 3}]})") ==
        "or(in(a: 1), and(in(b: 2), in(c: 3)))");
  CHECK(parsed(R"({"$and": [{"a": 1}]})") == "in(a: 1)");
}

TEST_CASE("LangChain: negations go down to tests") {
  CHECK(parsed(R"({"$not": {"a": 1}})") == "not(in(a: 1))");
  CHECK(parsed(R"({"$not": {"$not": {"a": 1}}})") == "in(a: 1)");
  CHECK(parsed(R"({"$not": {"a": {"$ne": 1}}})") == "in(a: 1)");
  CHECK(parsed(R"({"$not": {"a": 1, "b": {"$exists": false}}})") == "or(not(in(a: 1)), exists(b))");
  CHECK(parsed(R"({"$not": {"$or": [{"a": 1}, {"b": {"$nin": [2]}}]}})") ==
        "and(not(in(a: 1)), in(b: 2))");
  // None of a list.
  CHECK(parsed(R"({"$not": [{"a": 1}, {"b": 2}]})") == "and(not(in(a: 1)), not(in(b: 2)))");
  CHECK(parsed(R"({"$not": {"$not": [{"a": 1}, {"b": 2}]}})") == "or(in(a: 1), in(b: 2))");
}

TEST_CASE("LangChain: values keep their types") {
  CHECK(matches_json(R"({"a": 1})", R"({"a": [0, 1.0]})", parse_langchain_filter));
  CHECK_FALSE(matches_json(R"({"a": {"$in": [1]}})", R"({"a": "1"})", parse_langchain_filter));
  CHECK_FALSE(matches_json(R"({"a": {"$gt": 1}})", R"({"a": "2"})", parse_langchain_filter));
  CHECK_FALSE(
      matches_json(R"({"a": {"$between": [2, 3]}})", R"({"a": [1, 4]})", parse_langchain_filter));
  CHECK(matches_json(R"({"a": null})", R"({"a": null})", parse_langchain_filter));
  CHECK_FALSE(matches_json(R"({"a": null})", R"({})", parse_langchain_filter));
  CHECK_FALSE(matches_json(R"({"a": {"$in": []}})", R"({"a": 1})", parse_langchain_filter));
  CHECK(matches_json(R"({"a": {"$like": "_b%"}})", R"({"a": "abc"})", parse_langchain_filter));
  CHECK_FALSE(
      matches_json(R"({"a": {"$like": "_B%"}})", R"({"a": "abc"})", parse_langchain_filter));
  CHECK(matches_json(R"({"a": {"$ilike": "_B%"}})", R"({"a": ["x", "abc"]})",
                     parse_langchain_filter));
  CHECK_FALSE(matches_json(R"({"a": {"$like": "1%"}})", R"({"a": 1})", parse_langchain_filter));
}

TEST_CASE("LangChain: malformed, with the place") {
  CHECK(parsed("[]") == ": expected an object");
  CHECK(parsed("null") == ": expected an object");
  CHECK(parsed(R"({"$and": []})") == "$and: must not be empty");
  CHECK(parsed(R"({"$and": {"a": 1}})") == "$and: expected an array");
  CHECK(parsed(R"({"$or": [{"a": 1}, {}]})") == "$or[1]: must have a field or an operator");
  CHECK(parsed(R"({"$or": [{"a": 1}, 2]})") == "$or[1]: expected an object");
  CHECK(parsed(R"({"$not": 1})") == "$not: expected an object");
  CHECK(parsed(R"({"$not": {}})") == "$not: must have a field or an operator");
  CHECK(parsed(R"({"$nor": []})") == "$nor: must be a field, $and, $or or $not ($nor)");
  CHECK(parsed(R"({"$and": [{"a": 1}], "b": 1})") ==
        "$and: must be a field beside other fields ($and)");
  CHECK(parsed(R"({"": 1})") == "\"\": path needs a key here");
  CHECK(parsed(R"({"a": {}})") == "a: must have one operator");
  CHECK(parsed(R"({"a": {"$gt": 1, "$lt": 2}})") == "a: must have one operator");
  CHECK(parsed(R"({"a": {"$GT": 1}})") == "a.$GT: unknown operator ($GT) not $gt");
  CHECK(parsed(R"({"a": {"b": 1}})") == "a.b: unknown operator (b)");
  CHECK(parsed(R"({"a": {"$not": {"$gt": 1}}})") == "a.$not: unknown operator ($not) not $ne");
  CHECK(parsed(R"({"a": [1]})") == "a: expected a string, a number or a boolean");
  CHECK(parsed(R"({"a": {"$eq": {}}})") == "a.$eq: expected a string, a number or a boolean");
  CHECK(parsed(R"({"a": {"$lt": true}})") == "a.$lt: expected a number or a string");
  CHECK(parsed(R"({"a": {"$in": 1}})") == "a.$in: expected an array");
  CHECK(parsed(R"({"a": {"$nin": [1, null]}})") ==
        "a.$nin[1]: expected a string, a number or a boolean");
  CHECK(parsed(R"({"a": {"$between": [1]}})") == "a.$between: must have two bounds");
  CHECK(parsed(R"({"a": {"$between": [1, null]}})") ==
        "a.$between[1]: expected a number or a string");
  CHECK(parsed(R"({"a": {"$between": [1, "2"]}})") ==
        "a.$between: must have two numbers or two strings");
  CHECK(parsed(R"({"a": {"$exists": 1}})") == "a.$exists: expected true or false");
  CHECK(parsed(R"({"a": {"$like": 1}})") == "a.$like: expected a string");
  CHECK(parsed(R"({"a": {"$like": "x\\\\\\"}})") ==
        "a.$like: must not end with an escape character");
}

TEST_CASE("LangChain: alternatives that are equalities on one key are one list") {
  CHECK(parsed(R"({"$or": [{"a": 2}, {"b": 1}, {"a": 1}, {"a": 2}]})") ==
        "or(in(a: 1, 2), in(b: 1))");
  CHECK(parsed(R"({"$or": [{"a": 1}, {"a": "x"}]})") == "in(a: 1, \"x\")");
  CHECK(parsed(R"({"$or": [{"a": 1}, {"a": {"$gt": 5}}]})") == "or(in(a: 1), number(a: (5, )))");
  CHECK(parsed(R"({"$and": [{"a": 1}, {"a": 2}]})") == "and(in(a: 1), in(a: 2))");
}

TEST_CASE("LangChain: limits") {
  const auto nested = [](int levels) {
    std::string filter = R"({"a": 1})";
    for (int i = 1; i < levels; ++i) {
      filter = R"({"$not": )" + filter + "}";
    }
    return parsed(filter);
  };
  CHECK(nested(kMostLevels) == "not(in(a: 1))");
  CHECK(nested(kMostLevels + 1).ends_with("$not: limit: filter has too many levels"));
  CHECK(nested(1000).ends_with("$not: limit: filter has too many levels"));

  std::string many = R"({"$or": [{"a": 1})";
  for (int i = 1; i < kMostConditions; ++i) {
    many += R"(, {"a": {"$gt": 1}})";
  }
  CHECK(parsed(many + "]}").starts_with("or(in(a: 1), "));
  CHECK(parsed(many + R"(, {"a": 1}]})") == "$or: limit: filter has too many conditions");
  CHECK(parsed(R"({"$and": [)" + many + R"(]}, {"b": 1}]})") ==
        "$and[1].b: limit: filter has too many conditions");

  std::string values = "1";
  for (int i = 0; i < kMostValues; ++i) {
    values += ",1";
  }
  CHECK(parsed(R"({"a": {"$in": [)" + values + "]}}") ==
        "a.$in: limit: filter has too many values");
}

TEST_CASE("LangChain: no memory") {
  const std::string_view filter =
      R"({"$or": [{"a": {"$nin": [1, 2]}}, {"b": {"$between": [1, 2]}, "\"c\"\"\"": {"$ne": 1}}]})";
  check_without_memory(filter, parse_langchain_filter);
}

}  // namespace vecext::test::parse_langchain_test
