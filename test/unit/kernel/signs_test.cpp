// Codes of one bit and the sums beside them: of every table, against their definition and against
// each other.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::signs_test {
namespace {

/// Multiples of four, with every rest of the widest vector.
const std::vector<std::size_t> kLengths = {0, 4, 8, 12, 16, 20, 28, 32, 60, 100, 768, 1500, 4096};

TEST_CASE("codes of one bit are the signs of a residual") {
  std::mt19937 random(5);
  for (const std::size_t n : kLengths) {
    auto x = random_values<float>(n, random);
    const auto c = random_values<float>(n, random);
    for (std::size_t i = 0; i < n; i += 7) {
      x[i] = c[i];  // a residual of zero
    }
    std::vector<std::uint8_t> wanted(n / 4);
    Sum squares, centroid, magnitudes, signed_centroid;
    for (std::size_t i = 0; i < n; ++i) {
      const double r = static_cast<double>(x[i]) - c[i];
      const bool is_up = x[i] >= c[i];
      wanted[i / 4] |= static_cast<std::uint8_t>(is_up ? 1 << i % 4 : 0);
      squares.add(r * r);
      centroid.add(r * c[i]);
      magnitudes.add(std::fabs(r));
      signed_centroid.add(is_up ? c[i] : -c[i]);
    }
    for (const Kernels* table : tables()) {
      CAPTURE(std::string(table->name));
      CAPTURE(n);
      std::vector<std::uint8_t> nibbles(n / 4);
      const SignSums sums = table->code.code_signs(x.data(), c.data(), n, nibbles.data());
      CHECK(nibbles == wanted);
      CHECK(near(sums.squares, squares, n));
      CHECK(near(sums.centroid, centroid, n));
      CHECK(near(sums.magnitudes, magnitudes, n));
      CHECK(near(sums.signed_centroid, signed_centroid, n));
    }
  }
}

TEST_CASE("codes of one bit and their sums are equal in all tables, at any address") {
  GuardedMemory memory_x(4096 * sizeof(float) + 8);
  GuardedMemory memory_c(4096 * sizeof(float) + 8);
  GuardedMemory memory_nibbles(1024);
  std::mt19937 random(6);
  for (const std::size_t n : kLengths) {
    auto x = random_values<float>(n, random);
    auto c = random_values<float>(n, random);
    if (n > 16) {
      x[3] = NAN;
      c[9] = INFINITY;
      x[16] = -0.0F;
      c[16] = 0.0F;
    }
    const float* at_x = memory_x.end_with(x, 0);
    const float* at_c = memory_c.end_with(c, 0);
    std::vector<std::uint8_t> first(n / 4);
    const SignSums of_first = portable_table.code.code_signs(at_x, at_c, n, first.data());
    for (const Kernels* table : tables()) {
      CAPTURE(std::string(table->name));
      CAPTURE(n);
      std::vector<std::uint8_t> nibbles(n / 4, 255);
      const SignSums sums = table->code.code_signs(at_x, at_c, n, nibbles.data());
      CHECK(nibbles == first);
      const auto is_same = [](float a, float b) {
        return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
      };
      CHECK(is_same(sums.squares, of_first.squares));
      CHECK(is_same(sums.centroid, of_first.centroid));
      CHECK(is_same(sums.magnitudes, of_first.magnitudes));
      CHECK(is_same(sums.signed_centroid, of_first.signed_centroid));
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::signs_test
