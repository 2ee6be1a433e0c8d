// The k smallest values.
#include "core/result/k_smallest.h"

#include <algorithm>
#include <random>
#include <vector>

#include "cluster/counted_arena.h"
#include "doctest/doctest.h"

namespace vecext::k_smallest_test {
namespace {

TEST_CASE("the k smallest are those that sorting gives") {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(0, 300);
  test::CountedArena arena;
  KSmallest<double> smallest;
  for (const std::int32_t k : {1, 2, 10, 7, 500}) {
    CAPTURE(k);
    REQUIRE(smallest.reset(k, arena.arena()));
    CHECK(smallest.count() == 0);
    std::vector<double> all;
    for (int i = 0; i < 400; ++i) {
      all.push_back(value(random));
      const bool was_full = smallest.full();
      const bool taken = smallest.push(all.back());
      CHECK((taken || was_full));
      std::sort(all.begin(), all.end());
      const auto n = std::min(all.size(), static_cast<std::size_t>(k));
      REQUIRE(smallest.count() == static_cast<std::int32_t>(n));
      CHECK(smallest.largest() == all[n - 1]);
    }
    std::vector<double> kept(smallest.begin(), smallest.end());
    std::sort(kept.begin(), kept.end());
    CHECK(std::equal(kept.begin(), kept.end(), all.begin()));
    CHECK(smallest.full() == (k <= 400));
  }
}

TEST_CASE("the k smallest: memory is taken once, and may not be there") {
  test::CountedArena arena;
  KSmallest<double> smallest;
  REQUIRE(smallest.reset(10, arena.arena()));
  CHECK(smallest.reset(5, arena.arena()));
  CHECK(arena.bytes() == 10 * sizeof(double));
  test::CountedArena none(0);
  CHECK_FALSE(smallest.reset(11, none.arena()));
}

}  // namespace
}  // namespace vecext::k_smallest_test
