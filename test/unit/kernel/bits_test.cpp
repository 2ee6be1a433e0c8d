// Bit kernels of every table against counts bit by bit.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "kernel/tables.h"

namespace vecext::kernel::bits_test {
namespace {

BitCounts count(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  BitCounts counts = {0, 0, 0};
  for (std::size_t i = 0; i < a.size() * 8; ++i) {
    const bool x = a[i / 8] >> (i % 8) & 1;
    const bool y = b[i / 8] >> (i % 8) & 1;
    counts.both += x && y;
    counts.a += x;
    counts.b += y;
  }
  return counts;
}

void check(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  const std::size_t n = a.size();
  const BitCounts want = count(a, b);
  GuardedMemory memory_a(n + 1);
  GuardedMemory memory_b(n + 1);
  for (const Kernels* table : tables()) {
    for (const std::size_t slack : {0, 1}) {
      CAPTURE(std::string(table->name));
      CAPTURE(n);
      CAPTURE(slack);
      const std::uint8_t* at_a = memory_a.end_with(a, slack);
      const std::uint8_t* at_b = memory_b.end_with(b, 1 - slack);
      CHECK(table->bits.hamming(at_a, at_b, n) == want.a + want.b - 2 * want.both);
      const BitCounts got = table->bits.jaccard(at_a, at_b, n);
      CHECK(got.both == want.both);
      CHECK(got.a == want.a);
      CHECK(got.b == want.b);
    }
  }
}

TEST_CASE("bit counts are exact") {
  std::mt19937 random(5);
  std::vector<std::size_t> lengths = {511, 512, 1000, 8000};
  for (std::size_t n = 0; n <= 300; ++n) {
    lengths.push_back(n);
  }
  for (const std::size_t n : lengths) {
    std::vector<std::uint8_t> a(n);
    std::vector<std::uint8_t> b(n);
    for (std::uint8_t& x : a) {
      x = static_cast<std::uint8_t>(random());
    }
    for (std::uint8_t& x : b) {
      x = static_cast<std::uint8_t>(random() | random());
    }
    check(a, b);
  }
}

TEST_CASE("all bits set do not overflow a lane's count") {
  const std::vector<std::uint8_t> ones(8000, 0xff);
  check(ones, ones);
  check(ones, std::vector<std::uint8_t>(8000, 0));
}

}  // namespace
}  // namespace vecext::kernel::bits_test
