// Conversions of every table, bit for bit, against the definition of the formats.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::convert_test {
namespace {

std::vector<Half> all_halves() {
  std::vector<Half> halves;
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    halves.push_back({static_cast<std::uint16_t>(bits)});
  }
  return halves;
}

bool is_nan(Half half) {
  return (half.bits & 0x7fff) > 0x7c00;
}

std::uint32_t expected_float_bits(Half half) {
  if (is_nan(half)) {
    const std::uint32_t sign = half.bits >> 15;
    const std::uint32_t payload = half.bits & 0x3ff;
    return sign << 31 | 0x7fc00000 | payload << 13;
  }
  return bits_of(static_cast<float>(value_of(half)));
}

/// To nearest, ties to even, in double, where scaling is exact.
std::uint16_t expected_half_bits(float x) {
  const std::uint32_t bits = bits_of(x);
  const std::uint32_t sign = bits >> 16 & 0x8000;
  if (std::isnan(x)) {
    return static_cast<std::uint16_t>(sign | 0x7e00 | (bits >> 13 & 0x3ff));
  }
  const double magnitude = std::fabs(static_cast<double>(x));
  if (magnitude >= 65520) {
    return static_cast<std::uint16_t>(sign | 0x7c00);
  }
  int exponent = -14;  // of the smallest normal number, and of all below
  if (magnitude >= 0x1p-14) {
    std::frexp(magnitude, &exponent), --exponent;
  }
  const auto units =
      static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  return static_cast<std::uint16_t>(sign |
                                    ((static_cast<std::uint32_t>(exponent + 14) << 10) + units));
}

/// The halves, what is next to them, what is halfway to the next and next to that.
std::vector<float> neighbors_of_halves() {
  std::vector<float> floats;
  for (const Half half : all_halves()) {
    const std::uint32_t bits = expected_float_bits(half);
    if (is_nan(half)) {
      floats.push_back(float_of(bits));
      continue;
    }
    const std::uint32_t next = expected_float_bits({static_cast<std::uint16_t>(half.bits + 1)});
    const double middle_value = (static_cast<double>(float_of(bits)) + float_of(next)) / 2;
    const float middle = static_cast<float>(middle_value);
    for (const float x : {float_of(bits), middle}) {
      floats.push_back(x);
      floats.push_back(std::nextafter(x, INFINITY));
      floats.push_back(std::nextafter(x, -INFINITY));
    }
  }
  return floats;
}

void check_to_half(const std::vector<float>& floats) {
  std::vector<std::uint16_t> want;
  for (const float x : floats) {
    want.push_back(expected_half_bits(x));
  }
  for (const Kernels* table : tables()) {
    std::vector<Half> got(floats.size());
    table->convert.float_to_half(floats.data(), got.data(), floats.size());
    std::size_t wrong = 0;
    std::uint32_t last_wrong = 0;
    for (std::size_t i = 0; i < floats.size(); ++i) {
      if (got[i].bits == want[i]) {
        continue;
      }
      ++wrong;
      last_wrong = bits_of(floats[i]);
    }
    CAPTURE(std::string(table->name));
    CAPTURE(last_wrong);
    CHECK(wrong == 0);
  }
}

TEST_CASE("every half becomes its float") {
  const std::vector<Half> halves = all_halves();
  for (const Kernels* table : tables()) {
    std::vector<float> got(halves.size());
    table->convert.half_to_float(halves.data(), got.data(), halves.size());
    std::size_t wrong = 0;
    std::uint32_t last_wrong = 0;
    for (std::size_t i = 0; i < halves.size(); ++i) {
      if (bits_of(got[i]) == expected_float_bits(halves[i])) {
        continue;
      }
      ++wrong;
      last_wrong = halves[i].bits;
    }
    CAPTURE(std::string(table->name));
    CAPTURE(last_wrong);
    CHECK(wrong == 0);
  }
}

TEST_CASE("floats near every half round to nearest even") {
  check_to_half(neighbors_of_halves());
}

TEST_CASE("floats of any bits become halves") {
  std::mt19937 random(9);
  std::vector<float> floats;
  for (int i = 0; i < 500'000; ++i) {
    floats.push_back(float_of(static_cast<std::uint32_t>(random())));
  }
  for (std::uint32_t exponent = 0; exponent < 512; ++exponent) {
    for (const std::uint32_t fraction : {0u, 1u, 0xfffu, 0x1000u, 0x1001u, 0x400000u, 0x7fffffu}) {
      floats.push_back(float_of(exponent << 23 | fraction));
    }
  }
  check_to_half(floats);
}

TEST_CASE("conversions keep to their arrays, at any address") {
  std::mt19937 random(10);
  GuardedMemory memory_half(200);
  GuardedMemory memory_float(400);
  for (const Kernels* table : tables()) {
    for (std::size_t n = 0; n <= 70; ++n) {
      for (const std::size_t slack : {0, 1}) {
        CAPTURE(std::string(table->name));
        CAPTURE(n);
        const auto values = random_values<Half>(n, random);
        const Half* halves = memory_half.end_with(values, slack);
        auto* floats = memory_float.end_with<unsigned char>(n * 4, slack);
        table->convert.half_to_float(halves, reinterpret_cast<float*>(floats), n);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const std::uint32_t want = expected_float_bits(values[i]);
          wrong += std::memcmp(floats + 4 * i, &want, 4) != 0;
        }
        CHECK(wrong == 0);

        auto* back = memory_half.end_with<Half>(n, slack);
        std::memset(static_cast<void*>(back), 0, n * sizeof(Half));
        table->convert.float_to_half(reinterpret_cast<const float*>(floats), back, n);
        for (std::size_t i = 0; i < n; ++i) {
          wrong += back[i].bits != values[i].bits;
        }
        CHECK(wrong == 0);
      }
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::convert_test
