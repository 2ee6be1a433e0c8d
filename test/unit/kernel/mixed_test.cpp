// Products of floats with narrower elements, of every table, against sums in double.
#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::mixed_test {
namespace {

template <class T>
float product(const Kernels& table, const float* a, const T* b, std::size_t n) {
  if constexpr (std::is_same_v<T, Half>) {
    return table.mixed.half_product(a, b, n);
  } else {
    return table.mixed.int8_product(a, b, n);
  }
}

template <class T>
std::vector<T> narrow_values(std::size_t n, std::mt19937& random) {
  if constexpr (std::is_same_v<T, Half>) {
    return random_values<Half>(n, random);
  }
  std::vector<T> values(n);
  for (T& value : values) {
    const auto byte = static_cast<unsigned char>(random());
    std::memcpy(&value, &byte, sizeof byte);
  }
  return values;
}

TEST_CASE_TEMPLATE("mixed products are within the tolerance, at any address", T, Half,
                   std::int8_t) {
  GuardedMemory memory_a(16001 * sizeof(float));
  GuardedMemory memory_b(16001 * sizeof(T));
  std::mt19937 random(3);
  for (const std::size_t n : lengths()) {
    const auto a = random_values<float>(n, random);
    const auto b = narrow_values<T>(n, random);
    Sum want;
    for (std::size_t i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, Half>) {
        want.add(value_of(a[i]) * value_of(b[i]));
      } else {
        want.add(value_of(a[i]) * b[i]);
      }
    }
    for (const Kernels* table : tables()) {
      for (const std::size_t slack : {0, 1, 2}) {
        CAPTURE(std::string(table->name));
        CAPTURE(n);
        CAPTURE(slack);
        const float* at_a = memory_a.end_with(a, slack);
        const T* at_b = memory_b.end_with(b, slack == 0 ? 0 : 3 - slack);
        CHECK(near(product(*table, at_a, at_b, n), want, n));
      }
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::mixed_test
