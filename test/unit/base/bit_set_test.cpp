#include "core/base/bit_set.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "core/base/random.h"
#include "memory_store.h"

namespace vecext::bit_set_test {
namespace {

TEST_CASE("bit set: has what was added and not removed, in order, by 32 and by one") {
  for (const std::size_t end : {1U, 63U, 64U, 65U, 1000U}) {
    CAPTURE(end);
    test::TestArena arena;
    Random random(7);
    BitSet set;
    REQUIRE(set.reset(end, arena));
    CHECK(set.count() == 0);
    std::set<std::size_t> expected;
    for (std::size_t i = 0; i < end; ++i) {
      const std::size_t number = random.below(static_cast<std::uint32_t>(end));
      if (random.below(3) == 0) {
        set.remove(number);
        expected.erase(number);
      } else {
        set.add(number);
        expected.insert(number);
      }
    }
    std::vector<std::size_t> visited;
    set.each([&](std::size_t number) { visited.push_back(number); });
    CHECK(visited == std::vector<std::size_t>(expected.begin(), expected.end()));
    CHECK(set.count() == expected.size());
    for (std::size_t first = 0; first < end + 200; ++first) {
      CHECK(set.contains(first) == expected.contains(first));
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < 32; ++i) {
        bits |= std::uint32_t{expected.contains(first + i)} << i;
      }
      CHECK(set.from(first) == bits);
    }
  }
}

}  // namespace
}  // namespace vecext::bit_set_test
