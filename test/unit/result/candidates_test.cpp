// Candidates whose estimates left the range of floats.
#include "core/result/candidates.h"

#include <cmath>
#include <limits>

#include "doctest/doctest.h"
#include "cluster/counted_arena.h"

namespace vecext::candidates_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_CASE("candidates: rows of unknown bounds come first and displace nobody") {
  test::CountedArena arena;
  Candidates found(arena.arena());
  REQUIRE(found.reset(3));
  for (std::uint32_t i = 0; i < 600; ++i) {
    const double bound = (i * 7) % 100;
    REQUIRE(found.add(bound, bound + 1, {i, 1}));
    REQUIRE(found.add(std::nan(""), i % 2 == 0 ? std::nan("") : bound, {i, 2}));
    REQUIRE(found.add(-kInfinity, std::nan(""), {i, 3}));
  }
  CHECK(found.limit() >= 1);
  CHECK(found.limit() < 1.001F);
  std::int64_t count;
  const Candidate* rows = found.sorted(&count);
  REQUIRE(count == 2 * 600 + 2 * 6);  // and those of bounds 0 and 1
  for (std::int64_t i = 0; i < count; ++i) {
    CHECK(rows[i].bound == (i < 1200 ? -kInfinity : i < 1206 ? 0 : 1));
  }
}

}  // namespace
}  // namespace vecext::candidates_test
