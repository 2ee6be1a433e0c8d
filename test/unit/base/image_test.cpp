#include "core/base/image.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "moved_image.h"

namespace vecext::image_test {
namespace {

struct Arrays {
  std::int32_t count;
  const std::int32_t* numbers;
  const char* none;
  double* others;

  template <class Visit>
  void each_array(const Visit& visit) {
    visit(&numbers, static_cast<std::size_t>(count));
    visit(&none, std::size_t{100});
    visit(&others, std::size_t{3});
  }
};

TEST_CASE("image: arrays are the same at another address, and aligned; null stays null") {
  for (const std::int32_t count : {0, 1, 16, 17, 1000}) {
    CAPTURE(count);
    test::TestArena arena;
    std::vector<std::int32_t> numbers(static_cast<std::size_t>(count) + 1);
    std::iota(numbers.begin(), numbers.end(), 5);
    double others[] = {1.5, -2, 1e300};
    const Arrays moved = test::moved_image(Arrays{count, numbers.data(), nullptr, others}, &arena);
    CHECK(moved.count == count);
    REQUIRE(moved.numbers != nullptr);
    CHECK(std::vector<std::int32_t>(moved.numbers, moved.numbers + count) ==
          std::vector<std::int32_t>(numbers.begin(), numbers.begin() + count));
    CHECK(moved.none == nullptr);
    CHECK(std::vector<double>(moved.others, moved.others + 3) ==
          std::vector<double>{1.5, -2, 1e300});
    CHECK(reinterpret_cast<std::uintptr_t>(moved.numbers) % kImageAlignment == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(moved.others) % kImageAlignment == 0);
  }
}

}  // namespace
}  // namespace vecext::image_test
