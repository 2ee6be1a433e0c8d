#include <doctest/doctest.h>

#include "condition/test_row.h"

namespace vecext::match_test {
using vecext::test::matched;
using vecext::test::TestRow;

TEST_CASE("match value: equality without coercion, any element of an array") {
  const char* red = R"({"key": "color", "match": {"value": "red"}})";
  CHECK(matched(red, R"({"color": "red"})"));
  CHECK(matched(red, R"({"color": ["blue", "red"]})"));
  CHECK(matched(red, R"({"color": [null, 1, {"a": "red"}, "red"]})"));
  CHECK_FALSE(matched(red, R"({"color": "Red"})"));
  CHECK_FALSE(matched(red, R"({"color": "red "})"));
  CHECK_FALSE(matched(red, R"({"color": ""})"));
  CHECK_FALSE(matched(red, R"({"color": [["red"]]})"));
  CHECK_FALSE(matched(red, R"({"color": {"red": "red"}})"));
  CHECK_FALSE(matched(red, R"({"color": []})"));
  CHECK_FALSE(matched(red, R"({"color": null})"));
  CHECK_FALSE(matched(red, R"({"hue": "red"})"));
  CHECK_FALSE(matched(red, R"({})"));
  CHECK_FALSE(matched(red, R"("red")"));
  CHECK_FALSE(matched(red, R"(["red"])"));
  CHECK_FALSE(matched(red, "null"));
}

TEST_CASE("match value: integers exactly, booleans and strings apart") {
  const char* one = R"({"key": "n", "match": {"value": 1}})";
  CHECK(matched(one, R"({"n": 1})"));
  CHECK(matched(one, R"({"n": 1.0})"));
  CHECK_FALSE(matched(one, R"({"n": 1.5})"));
  CHECK_FALSE(matched(one, R"({"n": "1"})"));
  CHECK_FALSE(matched(one, R"({"n": true})"));
  const char* large = R"({"key": "n", "match": {"value": 9007199254740993}})";
  CHECK(matched(large, R"({"n": 9007199254740993})"));
  CHECK_FALSE(matched(large, R"({"n": 9007199254740992})"));
  CHECK_FALSE(matched(large, R"({"n": 9007199254740992.0})"));
  const char* yes = R"({"key": "b", "match": {"value": true}})";
  CHECK(matched(yes, R"({"b": true})"));
  CHECK(matched(yes, R"({"b": [false, true]})"));
  CHECK_FALSE(matched(yes, R"({"b": false})"));
  CHECK_FALSE(matched(yes, R"({"b": 1})"));
  CHECK_FALSE(matched(yes, R"({"b": "true"})"));
  const char* word = R"({"key": "wörter", "match": {"value": "\u00fc\ud83d\ude00"}})";
  CHECK(matched(word, R"({"wörter": "ü😀"})"));
  CHECK_FALSE(matched(word, R"({"wörter": "u\u0308😀"})"));  // no normalization
  CHECK(matched(R"({"key": "s", "match": {"value": ""}})", R"({"s": ""})"));
}

TEST_CASE("match any: one of a list of any kinds") {
  const char* some = R"({"key": "k", "match": {"any": ["b", "a", 3, true, "b", 3.0]}})";
  CHECK(matched(some, R"({"k": "a"})"));
  CHECK(matched(some, R"({"k": 3})"));
  CHECK(matched(some, R"({"k": true})"));
  CHECK(matched(some, R"({"k": ["z", "b"]})"));
  CHECK_FALSE(matched(some, R"({"k": "c"})"));
  CHECK_FALSE(matched(some, R"({"k": false})"));
  CHECK_FALSE(matched(some, R"({"k": 1})"));
  CHECK_FALSE(matched(some, R"({"k": null})"));
  CHECK_FALSE(matched(some, R"({})"));
  CHECK_FALSE(matched(R"({"key": "k", "match": {"any": []}})", R"({"k": "a"})"));
}

TEST_CASE("match except: some value outside the list, not the inverse of any") {
  const char* others = R"({"key": "k", "match": {"except": ["a", 1]}})";
  CHECK(matched(others, R"({"k": "b"})"));
  CHECK(matched(others, R"({"k": "1"})"));
  CHECK(matched(others, R"({"k": ["a", "b"]})"));
  CHECK(matched(others, R"({"k": true})"));
  CHECK(matched(others, R"({"k": {"a": 1}})"));
  CHECK(matched(others, R"({"k": [["a"]]})"));
  CHECK_FALSE(matched(others, R"({"k": "a"})"));
  CHECK_FALSE(matched(others, R"({"k": 1.0})"));
  CHECK_FALSE(matched(others, R"({"k": ["a", null, 1]})"));
  CHECK_FALSE(matched(others, R"({"k": []})"));
  CHECK_FALSE(matched(others, R"({"k": null})"));
  CHECK_FALSE(matched(others, R"({})"));
  CHECK(matched(R"({"key": "k", "match": {"except": []}})", R"({"k": 0})"));
  CHECK_FALSE(matched(R"({"key": "k", "match": {"except": []}})", R"({"k": null})"));
}

TEST_CASE("match prefix and substring: strings, by bytes") {
  const char* prefix = R"({"key": "k", "match": {"prefix": "ab"}})";
  CHECK(matched(prefix, R"({"k": "ab"})"));
  CHECK(matched(prefix, R"({"k": ["x", "abc"]})"));
  CHECK_FALSE(matched(prefix, R"({"k": "a"})"));
  CHECK_FALSE(matched(prefix, R"({"k": "ABC"})"));
  CHECK_FALSE(matched(prefix, R"({"k": "xab"})"));
  CHECK_FALSE(matched(prefix, R"({"k": {"ab": 1}})"));
  CHECK_FALSE(matched(prefix, R"({})"));
  CHECK(matched(R"({"key": "k", "match": {"prefix": "%_"}})", R"({"k": "%_x"})"));
  CHECK_FALSE(matched(R"({"key": "k", "match": {"prefix": "%_"}})", R"({"k": "abx"})"));
  CHECK(matched(R"({"key": "k", "match": {"prefix": ""}})", R"({"k": ""})"));
  CHECK_FALSE(matched(R"({"key": "k", "match": {"prefix": ""}})", R"({"k": 12})"));
  CHECK_FALSE(matched(R"({"key": "k", "match": {"prefix": ""}})", R"({"k": []})"));
  CHECK(matched(R"({"key": "k", "match": {"substring": "lö"}})", R"({"k": "Flöte"})"));
  CHECK_FALSE(matched(R"({"key": "k", "match": {"substring": "lo"}})", R"({"k": "Flöte"})"));
}

TEST_CASE("match text: tokens of one string") {
  const char* all = R"({"key": "k", "match": {"text": "fox Quick"}})";
  CHECK(matched(all, R"({"k": "the quick brown fox"})"));
  CHECK(matched(all, R"({"k": ["slow", "fox, quick!"]})"));
  CHECK_FALSE(matched(all, R"({"k": ["quick", "fox"]})"));
  CHECK_FALSE(matched(all, R"({"k": "quick foxes"})"));
  CHECK_FALSE(matched(all, R"({"k": 5})"));
  CHECK_FALSE(matched(all, R"({})"));
  const char* any = R"({"key": "k", "match": {"text_any": "cat fox"}})";
  CHECK(matched(any, R"({"k": "A FOX"})"));
  CHECK_FALSE(matched(any, R"({"k": "a dog"})"));
  const char* phrase = R"({"key": "k", "match": {"phrase": "brown fox"}})";
  CHECK(matched(phrase, R"({"k": "quick brown fox"})"));
  CHECK_FALSE(matched(phrase, R"({"k": "brown quick fox"})"));
  CHECK_FALSE(matched(phrase, R"({"k": ["brown", "fox"]})"));
}

TEST_CASE("range of numbers: texts of digits never match") {
  const char* range = R"({"key": "n", "range": {"gte": 1, "lt": 2.5}})";
  CHECK(matched(range, R"({"n": 1})"));
  CHECK(matched(range, R"({"n": 2.4999})"));
  CHECK(matched(range, R"({"n": [7, "x", 2]})"));
  CHECK_FALSE(matched(range, R"({"n": 2.5})"));
  CHECK_FALSE(matched(range, R"({"n": 0.999})"));
  CHECK_FALSE(matched(range, R"({"n": [0, 3]})"));
  CHECK_FALSE(matched(range, R"({"n": "2"})"));
  CHECK_FALSE(matched(range, R"({"n": true})"));
  CHECK_FALSE(matched(range, R"({"n": null})"));
  CHECK_FALSE(matched(range, R"({"n": {"n": 2}})"));
  CHECK_FALSE(matched(range, R"({})"));
  CHECK(matched(R"({"key": "n", "range": {"gt": 1}})", R"({"n": 1e300})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {"gt": 1}})", R"({"n": 1})"));
  CHECK(matched(R"({"key": "n", "range": {"lte": 1}})", R"({"n": 1.0})"));
  CHECK(matched(R"({"key": "n", "range": {}})", R"({"n": 0})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {}})", R"({"n": "0"})"));
  CHECK(matched(R"({"key": "n", "range": {"gt": null, "lt": 1}})", R"({"n": 0})"));
}

TEST_CASE("range: two bounds on a side both hold") {
  CHECK_FALSE(matched(R"({"key": "n", "range": {"gt": 1, "gte": 1}})", R"({"n": 1})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {"gt": 1, "gte": 3}})", R"({"n": 2})"));
  CHECK(matched(R"({"key": "n", "range": {"gt": 1, "gte": 3}})", R"({"n": 3})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {"gt": 3, "gte": 1}})", R"({"n": 3})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {"lt": 1, "lte": 1}})", R"({"n": 1})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {"lt": 5, "lte": 3}})", R"({"n": 4})"));
  CHECK(matched(R"({"key": "n", "range": {"lt": 5, "lte": 3}})", R"({"n": 3})"));
  CHECK_FALSE(matched(R"({"key": "n", "range": {"gt": 2, "lt": 1}})", R"({"n": [1, 2, 3]})"));
}

TEST_CASE("range of times: bounds are strings") {
  const char* range =
      R"({"key": "t", "range": {"gte": "2024-01-01", "lt": "2024-02-01T00:00:00Z"}})";
  CHECK(matched(range, R"({"t": "2024-01-01T00:00:00Z"})"));
  CHECK(matched(range, R"({"t": "2024-01-31 23:59:59.999999"})"));
  CHECK(matched(range, R"({"t": ["never", "2024-01-15"]})"));
  CHECK(matched(range, R"({"t": "2024-02-01T00:30:00+01:00"})"));
  CHECK_FALSE(matched(range, R"({"t": "2024-02-01"})"));
  CHECK_FALSE(matched(range, R"({"t": "2024-01-01T00:30:00+01:00"})"));
  CHECK_FALSE(matched(range, R"({"t": "soon"})"));
  CHECK_FALSE(matched(range, R"({"t": 757382400})"));
  CHECK_FALSE(matched(range, R"({"t": null})"));
  CHECK_FALSE(matched(range, R"({})"));
}

TEST_CASE("values_count: of nothing and null 0, of an array its elements, else 1") {
  const char* none = R"({"key": "k", "values_count": {"lt": 1}})";
  CHECK(matched(none, R"({})"));
  CHECK(matched(none, R"({"k": null})"));
  CHECK(matched(none, R"({"k": []})"));
  CHECK_FALSE(matched(none, R"({"k": 0})"));
  CHECK_FALSE(matched(none, R"({"k": {}})"));
  CHECK_FALSE(matched(none, R"({"k": [null]})"));
  const char* two = R"({"key": "k", "values_count": {"gte": 2, "lte": 2}})";
  CHECK(matched(two, R"({"k": [null, []]})"));
  CHECK_FALSE(matched(two, R"({"k": {"a": 1, "b": 2}})"));
  CHECK_FALSE(matched(two, R"({"k": "ab"})"));
  CHECK_FALSE(matched(two, R"({"k": [1, 2, 3]})"));
  CHECK(matched(R"({"key": "k", "values_count": {"gt": 0}})", R"({"k": 1})"));
  CHECK(matched(R"({"key": "k", "values_count": {}})", R"({})"));
  // One of the values that a[].b reaches has to satisfy all bounds.
  const char* reached = R"({"key": "a[].b", "values_count": {"gt": 1, "lt": 3}})";
  CHECK(matched(reached, R"({"a": [{"b": 1}, {"b": [1, 2]}]})"));
  CHECK_FALSE(matched(reached, R"({"a": [{"b": 1}, {"b": [1, 2, 3]}]})"));
  CHECK(matched(R"({"key": "a[].b", "values_count": {"lt": 1}})", R"({"a": [{"c": 1}]})"));
  CHECK_FALSE(
      matched(R"({"key": "a[].b", "values_count": {"lt": 1}})", R"({"a": [{}, {"b": 1}]})"));
}

TEST_CASE("is_empty: nothing, null or an empty array") {
  for (const char* empty : {R"({"is_empty": {"key": "k"}})", R"({"key": "k", "is_empty": true})"}) {
    CHECK(matched(empty, R"({})"));
    CHECK(matched(empty, R"({"k": null})"));
    CHECK(matched(empty, R"({"k": []})"));
    CHECK_FALSE(matched(empty, R"({"k": [null]})"));
    CHECK_FALSE(matched(empty, R"({"k": ""})"));
    CHECK_FALSE(matched(empty, R"({"k": {}})"));
    CHECK_FALSE(matched(empty, R"({"k": 0})"));
    CHECK_FALSE(matched(empty, R"({"k": false})"));
  }
  CHECK_FALSE(matched(R"({"key": "k", "is_empty": false})", R"({})"));
  CHECK(matched(R"({"key": "k", "is_empty": false})", R"({"k": 0})"));
  CHECK(matched(R"({"is_empty": {"key": "a[].b"}})", R"({"a": [{"b": []}, {"b": null}, {}]})"));
  CHECK_FALSE(matched(R"({"is_empty": {"key": "a[].b"}})", R"({"a": [{"b": []}, {"b": 1}]})"));
}

TEST_CASE("is_null: null or an array with null; a missing value is not") {
  for (const char* null : {R"({"is_null": {"key": "k"}})", R"({"key": "k", "is_null": true})"}) {
    CHECK(matched(null, R"({"k": null})"));
    CHECK(matched(null, R"({"k": [1, null]})"));
    CHECK_FALSE(matched(null, R"({})"));
    CHECK_FALSE(matched(null, R"({"k": []})"));
    CHECK_FALSE(matched(null, R"({"k": [[null]]})"));
    CHECK_FALSE(matched(null, R"({"k": ""})"));
    CHECK_FALSE(matched(null, R"({"k": "null"})"));
  }
  CHECK(matched(R"({"key": "k", "is_null": false})", R"({})"));
  CHECK_FALSE(matched(R"({"key": "k", "is_null": false})", R"({"k": null})"));
}

TEST_CASE("paths: no step through an array without an index or brackets") {
  const auto is_one = [](const std::string& key, std::string_view payload) {
    return matched(R"({"key": ")" + key + R"(", "match": {"value": 1}})", payload);
  };
  CHECK(is_one("a.b", R"({"a": {"b": 1}})"));
  CHECK(is_one("a.b", R"({"a": {"b": [2, 1]}})"));
  CHECK_FALSE(is_one("a.b", R"({"a": [{"b": 1}]})"));
  CHECK(is_one("a[].b", R"({"a": [5, {"c": 1}, {"b": [1]}]})"));
  CHECK_FALSE(is_one("a[].b", R"({"a": {"b": 1}})"));
  CHECK(is_one("a[0].b", R"({"a": [{"b": 1}, {"b": 2}]})"));
  CHECK_FALSE(is_one("a[1].b", R"({"a": [{"b": 1}, {"b": 2}]})"));
  CHECK_FALSE(is_one("a[2].b", R"({"a": [{"b": 1}, {"b": 2}]})"));
  CHECK_FALSE(is_one("a[0]", R"({"a": {"0": 1}})"));
  CHECK(is_one("a[]", R"({"a": [[1]]})"));
  CHECK(is_one("a[]", R"({"a": [2, 1]})"));
  CHECK_FALSE(is_one("a", R"({"a": [[1]]})"));
  CHECK(is_one("a[][]", R"({"a": [3, [[1]]]})"));
  CHECK(is_one("a[].b[].c", R"({"a": [{"b": 1}, {"b": [{"c": 2}]}, {"b": [0, {"c": 1}]}]})"));
  CHECK(is_one("\\\"a.b\\\"", R"({"a.b": 1})"));
  CHECK_FALSE(is_one("\\\"a.b\\\"", R"({"a": {"b": 1}})"));
  CHECK(is_one("größe.名前", R"({"größe": {"名前": 1}})"));
  CHECK(is_one("\\\"\\\"", R"({"": 1})"));
}

TEST_CASE("nested: one and the same element") {
  const char* meat = R"({"nested": {"key": "diet", "filter": {"must": [
      {"key": "food", "match": {"value": "meat"}}, {"key": "likes", "match": {"value": true}}]}}})";
  CHECK(matched(meat, R"({"diet": [{"food": "leaves", "likes": false},
                                   {"food": "meat", "likes": true}]})"));
  CHECK_FALSE(matched(meat, R"({"diet": [{"food": "meat", "likes": false},
                                         {"food": "leaves", "likes": true}]})"));
  CHECK_FALSE(matched(meat, R"({"diet": {"food": "meat", "likes": true}})"));
  CHECK_FALSE(matched(meat, R"({"diet": [[{"food": "meat", "likes": true}]]})"));
  CHECK_FALSE(matched(meat, R"({"diet": "meat"})"));
  CHECK_FALSE(matched(meat, R"({"diet": []})"));
  CHECK_FALSE(matched(meat, R"({})"));
  // An element that is no object has nothing, and yet does not satisfy.
  const char* not_meat = R"({"nested": {"key": "diet[]", "filter": {"must_not": [
      {"key": "food", "match": {"value": "meat"}}]}}})";
  CHECK(matched(not_meat, R"({"diet": [{"food": "meat"}, {}]})"));
  CHECK_FALSE(matched(not_meat, R"({"diet": [{"food": "meat"}, "fish", null, []]})"));
  CHECK(matched(R"({"nested": {"key": "a", "filter": {}}})", R"({"a": [1, {}]})"));
  CHECK_FALSE(matched(R"({"nested": {"key": "a", "filter": {}}})", R"({"a": [1]})"));
  // Of an array in the elements of an array.
  const char* deep = R"({"nested": {"key": "a", "filter": {"must": {"nested": {"key": "b",
      "filter": {"must": [{"key": "c", "match": {"value": 1}}]}}}}}})";
  CHECK(matched(deep, R"({"a": [{"b": [{"c": 2}]}, {"b": [{"c": 1}]}]})"));
  CHECK_FALSE(matched(deep, R"({"a": [{"b": {"c": 1}}]})"));
  const char* each = R"({"nested": {"key": "a[].b", "filter": {"must": [
      {"key": "c", "match": {"value": 1}}, {"key": "d", "is_empty": true}]}}})";
  CHECK(matched(each, R"({"a": [{"b": [{"c": 1, "d": 2}]}, {"b": [{"c": 1}]}]})"));
  CHECK_FALSE(matched(each, R"({"a": [{"b": [{"c": 1, "d": 2}]}, {"b": [{}]}]})"));
}

TEST_CASE("slice: by SipHash-2-4 of the id's bytes") {
  const std::uint8_t none[1] = {};
  CHECK(slice_hash({none, 0}) == 0x1e924b9d737700d7);
  CHECK(slice_hash(std::uint64_t{6}) % 10 == 3);
  CHECK(slice_hash(std::uint64_t{16}) % 10 == 3);
  int found = 0;
  for (int i = 0; i < 3; ++i) {
    const std::string slice = R"({"slice": {"total": 3, "index": )" + std::to_string(i) + "}}";
    found += matched(slice, "{}", TestRow("7")) ? 1 : 0;
  }
  CHECK(found == 1);
}

}  // namespace vecext::match_test
