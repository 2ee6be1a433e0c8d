// Bytes of bodies that the process holds.
#include "base/body_memory.h"

#include <doctest/doctest.h>

using namespace vecext::gateway;

TEST_CASE("bodies share a bound, and small ones do not count") {
  constexpr std::uint64_t kSmall = 64u << 10;
  limit_body_memory(1000000);
  HeldBytes first;
  CHECK(first.try_grow(600000));
  {
    HeldBytes second;
    CHECK(second.try_grow(kSmall));
    CHECK(!second.try_grow(400000));
    CHECK(second.bytes() == kSmall);
    CHECK(second.try_grow(400000 - kSmall));
    HeldBytes third;
    CHECK(third.try_grow(kSmall));
    CHECK_THROWS_AS(third.grow(1), Failure);
    second.shrink(400000 - kSmall);
    third.grow(1);
  }
  CHECK(first.try_grow(400000));
  CHECK(!first.try_grow(1));
  first.shrink(1000000);
  CHECK(first.bytes() == 0);
  CHECK(first.try_grow(1000000));
  limit_body_memory(1u << 30);
}
