// Estimates without statistics: shares lie between none and all, and combine as probabilities do.
#include "core/condition/share.h"

#include <doctest/doctest.h>

#include <string>

#include "cluster/counted_arena.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext::share_test {
namespace {

/// The share of rows that a filter text leaves, and how many tests it has.
struct Estimate {
  double share;
  int leaves;
};

Estimate estimate_of(const std::string& filter) {
  test::CountedArena memory;
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  REQUIRE(parse_filter_text(filter, arena, &condition).ok());
  return {share_of(*condition), leaves_of(*condition)};
}

double share(const std::string& filter) {
  return estimate_of(filter).share;
}

TEST_CASE("shares of tests of one value") {
  CHECK(share("a = 1") > 0);
  CHECK(share("a = 1") < .1);
  CHECK(share("a IN (1, 2, 3)") == doctest::Approx(3 * share("a = 1")));
  CHECK(share("a < 5") > share("a = 1"));
  CHECK(share("a CONTAINS 'x'") < .1);
}

TEST_CASE("shares of conditions made of others") {
  CHECK(share("a = 1 AND b = 2") == doctest::Approx(share("a = 1") * share("b = 2")));
  CHECK(share("NOT a = 1") == doctest::Approx(1 - share("a = 1")));
  CHECK(share("a = 1 OR b = 2") > share("a = 1"));
  CHECK(share("a < 1 OR b < 2 OR c < 3 OR d < 4") < 1);
}

TEST_CASE("leaves are the tests of a tree") {
  CHECK(estimate_of("a = 1").leaves == 1);
  CHECK(estimate_of("a = 1 AND (b = 2 OR NOT c > 3)").leaves == 3);
}

}  // namespace
}  // namespace vecext::share_test
