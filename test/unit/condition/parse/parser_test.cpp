#include <doctest/doctest.h>

#include <string>

#include "cluster/counted_arena.h"
#include "core/condition/parse/parser.h"

using namespace vecext;
using vecext::test::CountedArena;

namespace {

std::string path_of(const ParsePlace& place) {
  CountedArena memory;
  const Arena arena = memory.arena();
  ConditionParser parser(arena);
  CHECK_FALSE(parser.fail(place, ParseErrorCode::kMalformed, "is wrong"));
  return std::string(parser.error().path);
}

}  // namespace

TEST_CASE("places: members and elements, with quotes where a key needs them") {
  const ParsePlace whole;
  CHECK(path_of(whole) == "");
  const ParsePlace list = whole.member("$and");
  CHECK(path_of(list) == "$and");
  const ParsePlace third = list.element(2);
  CHECK(path_of(third) == "$and[2]");
  CHECK(path_of(third.member("x_1-y")) == "$and[2].x_1-y");
  CHECK(path_of(third.member("a.b")) == "$and[2].\"a.b\"");
  CHECK(path_of(third.member("größe")) == "$and[2].\"größe\"");
  CHECK(path_of(third.member("")) == "$and[2].\"\"");
  CHECK(path_of(whole.element(2147483647)) == "[2147483647]");
  CHECK(path_of(third.element(0).element(1)) == "$and[2][0][1]");
}

TEST_CASE("places: long keys are shown in part, whole characters of them") {
  const ParsePlace whole;
  CHECK(path_of(whole.member(std::string(100000, 'x'))) == std::string(64, 'x'));
  const std::string key = "x" + std::string(40, 'y') + std::string(22, 'z') + "äb";
  CHECK(path_of(whole.member(key)) == key.substr(0, 63));
}

TEST_CASE("parsers: the first failure stays") {
  CountedArena memory;
  const Arena arena = memory.arena();
  ConditionParser parser(arena);
  CHECK(parser.error().ok());
  parser.fail(ParsePlace::character(7), ParseErrorCode::kSyntax, "first", "token");
  parser.fail(ParsePlace::character(9), ParseErrorCode::kTooLarge, "second");
  CHECK(parser.error().code == ParseErrorCode::kSyntax);
  CHECK(parser.error().position == 7);
  CHECK(parser.error().found == "token");
}

TEST_CASE("parsers: one condition stands for itself") {
  CountedArena memory;
  const Arena arena = memory.arena();
  ConditionParser parser(arena);
  const ParsePlace whole;
  const Condition* one = parser.condition(ConditionKind::kExists, whole);
  const Condition* two[] = {one, one};
  CHECK(parser.joined(ConditionKind::kOr, {two, 1}, whole) == one);
  const Condition* both = parser.joined(ConditionKind::kOr, two, whole);
  REQUIRE(both != nullptr);
  CHECK(both->kind == ConditionKind::kOr);
  CHECK(both->children.size() == 2);
  const Condition* none = parser.joined(ConditionKind::kAnd, {}, whole);
  CHECK(none->children.empty());
  const Condition* other = parser.negated(one, whole);
  REQUIRE(other != nullptr);
  CHECK(other->kind == ConditionKind::kNot);
  CHECK(other->children[0] == one);
}
