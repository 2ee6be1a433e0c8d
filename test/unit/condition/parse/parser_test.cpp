#include <doctest/doctest.h>

#include <string>

#include "cluster/counted_arena.h"
#include "core/condition/parse/parser.h"

namespace vecext::parser_test {
using vecext::test::CountedArena;

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
  const JsonPlace whole;
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

}  // namespace vecext::parser_test
