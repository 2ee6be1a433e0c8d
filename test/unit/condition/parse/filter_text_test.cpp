#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "condition/condition_text.h"
#include "condition/test_row.h"

namespace vecext::filter_text_test {
using vecext::test::CountedArena;
using vecext::test::JsonText;
using vecext::test::TestRow;
using vecext::test::text_of;

namespace {

/// The condition that a filter text is, or why it is none: position: reason (what is there).
std::string parsed(std::string_view text) {
  CountedArena memory;
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  const ParseError error = parse_filter_text(text, arena, &condition);
  if (error.ok()) {
    return text_of(*condition);
  }
  CHECK(condition == nullptr);
  CHECK(error.path.empty());
  const bool is_syntax = error.code == ParseErrorCode::kSyntax;
  CHECK((is_syntax || error.code == ParseErrorCode::kTooLarge));
  return std::to_string(error.position) + ": " + (is_syntax ? "" : "limit: ") + error.reason +
         " (" + std::string(error.found) + ")";
}

/// Whether a row with that payload satisfies the filter text.
bool holds(std::string_view text, std::string_view payload) {
  const JsonText document(payload);
  REQUIRE(document.is_valid());
  CountedArena memory;
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  REQUIRE(parse_filter_text(text, arena, &condition).ok());
  return matches(*condition, document.root(), document, TestRow());
}

std::string repeated(std::string_view part, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) {
    result += part;
  }
  return result;
}

}  // namespace

TEST_CASE("filter text: comparisons") {
  CHECK(parsed("lang = 'en'") == "in(lang: \"en\")");
  CHECK(parsed("lang != 'en'") == "not(in(lang: \"en\"))");
  CHECK(parsed("year < 2020") == "number(year: (, 2020))");
  CHECK(parsed("year <= 2020") == "number(year: (, 2020])");
  CHECK(parsed("year > -1.5") == "number(year: (-1.5, ))");
  CHECK(parsed("year >= 1e3") == "number(year: [1000, ))");
  CHECK(parsed("day < '2024-05-01T00:00:00Z'") == "text(day: (, \"2024-05-01T00:00:00Z\"))");
  CHECK(parsed("day >= ''") == "text(day: [\"\", ))");
  CHECK(parsed("lang IN ('en')") == "in(lang: \"en\")");
  CHECK(parsed("lang in ('fr', 'en', 'de', 'fr', 'nl')") ==
        "in(lang: \"de\", \"en\", \"fr\", \"nl\")");
  CHECK(parsed("a NOT IN (2, 'x', 1, true)") == "not(in(a: true, 1, 2, \"x\"))");
  CHECK(parsed("tags CONTAINS 'draft'") == "contains(tags: \"draft\")");
  CHECK(parsed("tags CONTAINS null") == "contains(tags: null)");
}

TEST_CASE("filter text: values") {
  CHECK(parsed("a = 'it''s'''") == "in(a: \"it's'\")");
  CHECK(parsed("a = ''") == "in(a: \"\")");
  CHECK(parsed("a = ''''") == "in(a: \"'\")");
  CHECK(parsed("a = 'grüße 名'") == "in(a: \"grüße 名\")");
  CHECK(parsed("a = 'x\ny\\n'") == "in(a: \"x\ny\\n\")");
  CHECK(parsed("a = TRUE") == "in(a: true)");
  CHECK(parsed("a = False") == "in(a: false)");
  CHECK(parsed("a = 9223372036854775807") == "in(a: 9223372036854775807)");
  CHECK(parsed("a = -9223372036854775808") == "in(a: -9223372036854775808)");
  CHECK(parsed("a = 9223372036854775808") == "in(a: 9.2233720368547758e+18)");
  CHECK(parsed("a = 0.1") == "in(a: 0.10000000000000001)");
  CHECK(parsed("a IN (5.0, 5)") == "in(a: 5)");
  CHECK(parsed("a = 007") == "in(a: 7)");
  CHECK(parsed("a = 1.5E+2") == "in(a: 150)");
}

TEST_CASE("filter text: the decimal digits decide whether a number is an integer") {
  // A value that is listed twice is one as an integer and one as another number.
  CHECK(parsed("a IN (9007199254740993.0, 9007199254740993)") == "in(a: 9007199254740993)");
  CHECK(parsed("a IN (9007199254740993.5, 9007199254740994)") ==
        "in(a: 9007199254740994, 9007199254740994)");
  CHECK(parsed("a IN (0.99999999999999999999, 1)") == "in(a: 1, 1)");
  CHECK(parsed("a = 9223372036854775807.00") == "in(a: 9223372036854775807)");
  CHECK(parsed("a = -9223372036854775808.0") == "in(a: -9223372036854775808)");
  CHECK(parsed("a = 9223372036854775808.0") == "in(a: 9.2233720368547758e+18)");
  CHECK(parsed("a IN (90071992547409930e-1, 9.007199254740993E15, 0.009007199254740993e+18)") ==
        "in(a: 9007199254740993)");
  CHECK(parsed("a IN (10, 1e1, 100.00e-1, 0010.0)") == "in(a: 10)");
  CHECK(parsed("a IN (0, -0, 0.00, 0e5, -0.0e-5, 0e99999999999999999999)") == "in(a: 0)");
  CHECK(parsed("a IN (1050e-1, 105, 10.5, 1.05)") == "in(a: 1.05, 10.5, 105)");
  CHECK(parsed("a IN (1e18, 1e19)") == "in(a: 1000000000000000000, 1e+19)");
  CHECK(parsed("a = 1e400") == "5: number out of range (1e400)");
}

TEST_CASE("filter text: null equals null and nothing") {
  const std::string nothing = "or(is_null(a), not(exists(a)))";
  CHECK(parsed("a = null") == nothing);
  CHECK(parsed("a IN (null, NULL)") == nothing);
  CHECK(parsed("a != null") == "not(" + nothing + ")");
  CHECK(parsed("a IN (2, null, 1)") == "or(in(a: 1, 2), " + nothing + ")");
  CHECK(parsed("a NOT IN (2, null)") == "not(or(in(a: 2), " + nothing + "))");
}

TEST_CASE("filter text: paths") {
  CHECK(parsed("a.b[0].c[].d = 1") == "in(a.b[0].c[].d: 1)");
  CHECK(parsed("\"a.b\".\"x\"\"y\"[] = 1") == "in(\"a.b\".\"x\"\"y\"[]: 1)");
  CHECK(parsed("größe>1") == "number(größe: (1, ))");
  CHECK(parsed("a-b_2=-1") == "in(a-b_2: -1)");
  CHECK(parsed("\"in\" IN (1)") == "in(\"in\": 1)");
  CHECK(parsed("in.not = 1") == "in(in.not: 1)");
  CHECK(parsed("orders = 1 AND android = 2") == "and(in(orders: 1), in(android: 2))");
}

TEST_CASE("filter text: NOT binds before AND, AND before OR") {
  CHECK(parsed("a = 1 OR b = 2 AND c = 3") == "or(in(a: 1), and(in(b: 2), in(c: 3)))");
  CHECK(parsed("a = 1 and b = 2 Or c = 3") == "or(and(in(a: 1), in(b: 2)), in(c: 3))");
  CHECK(parsed("NOT a = 1 AND b = 2") == "and(not(in(a: 1)), in(b: 2))");
  CHECK(parsed("NOT (a = 1 AND b = 2)") == "not(and(in(a: 1), in(b: 2)))");
  CHECK(parsed("not not a = 1") == "not(not(in(a: 1)))");
  CHECK(parsed("(a = 1 OR b = 2)AND(c = 3)") == "and(or(in(a: 1), in(b: 2)), in(c: 3))");
  CHECK(parsed("a=1 OR b=2 OR c=3 OR d=4 OR e=5") ==
        "or(in(a: 1), in(b: 2), in(c: 3), in(d: 4), in(e: 5))");
  CHECK(parsed("\t((\n(a = 1)\r) )\v\f") == "in(a: 1)");
}

TEST_CASE("filter text: a missing key satisfies negations alone") {
  for (const char* payload : {"{}", R"({"a": null})", R"({"a": []})", R"({"a": {"b": 1}})"}) {
    INFO(payload);
    for (const char* test : {"a = 1", "a IN (1, 'x')", "a < 1", "a >= 'x'", "a CONTAINS 'x'"}) {
      CHECK_FALSE(holds(test, payload));
      CHECK(holds("NOT " + std::string(test), payload));
    }
    CHECK(holds("a != 1", payload));
    CHECK(holds("a NOT IN (1, 'x')", payload));
  }
  CHECK(holds("a = null", "{}"));
  CHECK(holds("a = null", R"({"a": null})"));
  CHECK(holds("a.b = null", R"({"a": 1})"));
  CHECK(holds("a IN (1, null)", "{}"));
  CHECK_FALSE(holds("a = null", R"({"a": []})"));
  CHECK_FALSE(holds("a != null", "{}"));
  CHECK(holds("a != null", R"({"a": false})"));
}

TEST_CASE("filter text: values keep their types, and some element is enough") {
  CHECK(holds("a = 1", R"({"a": [0, 1.0]})"));
  CHECK_FALSE(holds("a != 1", R"({"a": [0, 1]})"));
  CHECK_FALSE(holds("a = '1'", R"({"a": 1})"));
  CHECK_FALSE(holds("a = true", R"({"a": 1})"));
  CHECK_FALSE(holds("a < 5", R"({"a": "4"})"));
  CHECK_FALSE(holds("a = 1", R"({"a": [[1]]})"));
  CHECK(holds("a > 1 AND a < 1", R"({"a": [0, 2]})"));
  CHECK(holds("a[1] = 2", R"({"a": [1, 2]})"));
  CHECK(holds("a[].b = 2", R"({"a": [{"b": 1}, {"b": 2}]})"));
  // Integers are exact where doubles are not.
  CHECK(holds("a = 9007199254740993", R"({"a": 9007199254740993})"));
  CHECK_FALSE(holds("a = 9007199254740993", R"({"a": 9007199254740992})"));
}

TEST_CASE("filter text: texts are in the order of code points") {
  CHECK(holds("a < 'a'", R"({"a": "Z"})"));
  CHECK(holds("a > 'zz'", R"({"a": "ä"})"));
  CHECK(holds("a > '\xEF\xBF\xBD'", R"({"a": "\ud83d\ude00"})"));
  CHECK(holds("a >= '2024-02-01' AND a < '2024-03'", R"({"a": "2024-02-29T23:59:59Z"})"));
  CHECK_FALSE(holds("a < 'ab'", R"({"a": "ab"})"));
  CHECK(holds("a <= 'ab'", R"({"a": "ab"})"));
}

TEST_CASE("filter text: CONTAINS is of arrays and of strings") {
  CHECK(holds("a CONTAINS 'draft'", R"({"a": ["x", "draft"]})"));
  CHECK(holds("a CONTAINS 'raf'", R"({"a": "draft"})"));
  CHECK_FALSE(holds("a CONTAINS 'raf'", R"({"a": ["draft"]})"));
  CHECK_FALSE(holds("a CONTAINS 1", R"({"a": 1})"));
  CHECK(holds("a CONTAINS null", R"({"a": [null]})"));
  CHECK(holds("a CONTAINS ''", R"({"a": "x"})"));
}

TEST_CASE("filter text: what it is not, with the character at fault") {
  CHECK(parsed("") == "1: filter is empty ()");
  CHECK(parsed(" \n") == "3: filter is empty ()");
  CHECK(parsed("a") == "2: expected an operator ()");
  CHECK(parsed("a =") == "4: expected a value ()");
  CHECK(parsed("a = b") == "5: expected a value (b)");
  CHECK(parsed("= 1") == "1: expected a path (=)");
  CHECK(parsed("'a' = 1") == "1: expected a path ('a')");
  CHECK(parsed("and = 1") == "1: expected a path (and)");
  CHECK(parsed("a = 1 b = 2") == "7: expected AND or OR (b)");
  CHECK(parsed("a = 1)") == "6: expected AND or OR ())");
  CHECK(parsed("(a = 1") == "7: expected AND, OR or ) ()");
  CHECK(parsed("()") == "2: expected a path ())");
  CHECK(parsed("a = 1 AND") == "10: expected a path ()");
  CHECK(parsed("a NOT = 1") == "7: expected IN (=)");
  CHECK(parsed("a IN 1") == "6: expected ( after IN (1)");
  CHECK(parsed("a IN ()") == "7: expected a value ())");
  CHECK(parsed("a IN (1 2)") == "9: expected a comma or ) (2)");
  CHECK(parsed("a IN (1,") == "9: expected a value ()");
  CHECK(parsed("a < true") == "5: expected a number or a text (true)");
  CHECK(parsed("a < null") == "5: expected a number or a text (null)");
  CHECK(parsed("a CONTAINS (1)") == "12: expected a value (()");
}

TEST_CASE("filter text: characters that are no token") {
  CHECK(parsed("a == 1") == "3: unknown operator (==)");
  CHECK(parsed("a <> 1") == "3: unknown operator (<>)");
  CHECK(parsed("a !< 1") == "3: unknown operator (!<)");
  CHECK(parsed("a = 1; DROP TABLE a") == "6: unexpected character (;)");
  CHECK(parsed("a = $1") == "5: unexpected character ($)");
  CHECK(parsed("a = -") == "5: unexpected character (-)");
  CHECK(parsed(std::string_view("a\0 = 1", 6)) ==
        "2: unexpected character (" + std::string(1, '\0') + ")");
  CHECK(parsed("größe = 'x") == "9: text without a closing quote ('x)");
  CHECK(parsed("名 = 'ü' AND \"名") == "13: key without a closing quote (\"名)");
  CHECK(parsed("a = 1x") == "5: malformed number (1x)");
  CHECK(parsed("a = 1.") == "5: malformed number (1.)");
  CHECK(parsed("a = 1e") == "5: malformed number (1e)");
  CHECK(parsed("a = 0x10") == "5: malformed number (0x10)");
  CHECK(parsed("a = 1.2.3") == "5: malformed number (1.2.3)");
  CHECK(parsed("a = 1e999") == "5: number out of range (1e999)");
  CHECK(parsed("a = -1e-999") == "5: number out of range (-1e-999)");
  CHECK(parsed("größe. = 1") == "7: path needs a key here (größe.)");
  CHECK(parsed("a[x] = 1") == "3: path needs an index or a closing bracket here (a[)");
  CHECK(parsed("ö = 1 AND ö[99999999999] = 1") ==
        "13: index in the path is out of range (ö[99999999999])");
}

TEST_CASE("filter text: limits") {
  CHECK(parsed(repeated("(", 63) + "a = 1" + repeated(")", 63)) == "in(a: 1)");
  CHECK(parsed(repeated("(", 64) + "a = 1" + repeated(")", 64)) ==
        "65: limit: filter has too many levels ()");
  CHECK(parsed(repeated("NOT ", 63) + "a = 1") ==
        repeated("not(", 63) + "in(a: 1)" + repeated(")", 63));
  CHECK(parsed(repeated("NOT ", 64) + "a = 1") == "257: limit: filter has too many levels ()");
  CHECK(parsed(repeated("(", 1000000)) == "65: limit: filter has too many levels ()");
  CHECK(parsed(repeated("a=1 AND ", 9999) + "a=1").starts_with("and(in(a: 1), "));
  CHECK(parsed(repeated("a=1 AND ", 10000) + "a=1") ==
        "80004: limit: filter has too many conditions ()");
  CHECK(parsed("a IN (" + repeated("1,", 99999) + "2)") == "in(a: 1, 2)");
  CHECK(parsed("a IN (" + repeated("1,", 100000) + "2)") ==
        "200009: limit: filter has too many values ()");
  CHECK(parsed("b CONTAINS 1 AND a IN (" + repeated("1,", 99999) + "2)")
            .find("limit: filter has too many values") != std::string::npos);
}

TEST_CASE("filter text: no memory") {
  const std::string_view text =
      "(\"a\"\"b\" = 'it''s' OR NOT b IN (1, null, 2, 3, 4, 5)) AND c CONTAINS 1 AND d < 'x'";
  std::size_t refused = 0;
  for (;; ++refused) {
    CountedArena memory(refused);
    const Arena arena = memory.arena();
    const Condition* condition = nullptr;
    const ParseError error = parse_filter_text(text, arena, &condition);
    if (error.ok()) {
      break;
    }
    CHECK(error.code == ParseErrorCode::kOutOfMemory);
    CHECK(condition == nullptr);
  }
  CHECK(refused > 20);
}

}  // namespace vecext::filter_text_test
