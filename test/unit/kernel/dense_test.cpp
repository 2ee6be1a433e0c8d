// Dense kernels of every table against sums in double.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::dense_test {
namespace {

template <class T>
const DenseKernels<T>& dense(const Kernels& table) {
  if constexpr (std::is_same_v<T, Half>) {
    return table.f16;
  } else {
    return table.f32;
  }
}

struct Results {
  float l2_squared, inner_product, l1;
  CosineSums cosine;
  double norm_squared;
};

template <class T>
Results run(const Kernels& table, const T* a, const T* b, std::size_t n) {
  const DenseKernels<T>& k = dense<T>(table);
  return {k.l2_squared(a, b, n), k.inner_product(a, b, n), k.l1(a, b, n), k.cosine(a, b, n),
          k.norm_squared(a, n)};
}

/// A float, or the half nearest to it.
template <class T>
T element(float value) {
  if constexpr (std::is_same_v<T, Half>) {
    Half half;
    portable_table.convert.float_to_half(&value, &half, 1);
    return half;
  } else {
    return value;
  }
}

template <class T>
void check_near(const Results& got, const Expected& want, std::size_t n) {
  CHECK(near(got.l2_squared, want.l2_squared, n));
  CHECK(near(got.inner_product, want.inner_product, n));
  CHECK(near(got.l1, want.l1, n));
  CHECK(near(got.cosine.dot, want.inner_product, n));
  CHECK(near(got.cosine.norm_a, want.norm_a, n));
  CHECK(near(got.cosine.norm_b, want.norm_b, n));
  CHECK(near_in_double(got.norm_squared, want.norm_a, n));
}

void check_class(const Results& got, const Expected& want) {
  const auto as_float = [](Sum sum) { return static_cast<float>(sum.value); };
  CHECK(same_class(got.l2_squared, as_float(want.l2_squared)));
  CHECK(same_class(got.inner_product, as_float(want.inner_product)));
  CHECK(same_class(got.l1, as_float(want.l1)));
  CHECK(same_class(got.cosine.dot, as_float(want.inner_product)));
  CHECK(same_class(got.cosine.norm_a, as_float(want.norm_a)));
  CHECK(same_class(got.cosine.norm_b, as_float(want.norm_b)));
  CHECK(same_class(got.norm_squared, want.norm_a.value));
}

TEST_CASE_TEMPLATE("dense sums are within the tolerance, at any address", T, float, Half) {
  GuardedMemory memory_a(16001 * sizeof(T));
  GuardedMemory memory_b(16001 * sizeof(T));
  std::mt19937 random(1);
  for (const std::size_t n : lengths()) {
    const auto a = random_values<T>(n, random);
    const auto b = random_values<T>(n, random);
    const Expected want = expected(a, b);
    for (const Kernels* table : tables()) {
      for (const std::size_t slack : {0, 1, 2}) {
        CAPTURE(std::string(table->name));
        CAPTURE(n);
        CAPTURE(slack);
        const T* at_a = memory_a.end_with(a, slack);
        const T* at_b = memory_b.end_with(b, slack == 0 ? 0 : 3 - slack);
        check_near<T>(run(*table, at_a, at_b, n), want, n);
      }
    }
  }
}

TEST_CASE_TEMPLATE("sums over nothing are 0", T, float, Half) {
  for (const Kernels* table : tables()) {
    const Results got = run<T>(*table, nullptr, nullptr, 0);
    CHECK(bits_of(got.l2_squared) == 0);
    CHECK(bits_of(got.inner_product) == 0);
    CHECK(bits_of(got.l1) == 0);
    CHECK(bits_of(got.cosine.dot) == 0);
    CHECK(got.norm_squared == 0);
  }
}

TEST_CASE_TEMPLATE("NaN and infinity show in every table", T, float, Half) {
  const float infinity = std::numeric_limits<float>::infinity();
  std::mt19937 random(2);
  for (std::size_t n = 1; n <= 130; ++n) {
    for (const float special : {NAN, infinity, -infinity}) {
      auto a = random_values<T>(n, random);
      auto b = random_values<T>(n, random);
      a[random() % n] = element<T>(special);
      if (random() % 4 == 0) {
        b[random() % n] = element<T>(special);
      }
      const Expected want = expected(a, b);
      for (const Kernels* table : tables()) {
        CAPTURE(std::string(table->name));
        CAPTURE(n);
        CAPTURE(special);
        check_class(run(*table, a.data(), b.data(), n), want);
      }
    }
  }
}

TEST_CASE("overflow shows in every table") {
  const float largest = std::numeric_limits<float>::max();
  std::mt19937 random(11);
  for (std::size_t n = 1; n <= 130; ++n) {
    auto a = random_values<float>(n, random);
    auto b = random_values<float>(n, random);
    const std::size_t at = random() % n;
    a[at] = largest;
    b[at] = -largest;
    const Expected want = expected(a, b);
    for (const Kernels* table : tables()) {
      CAPTURE(std::string(table->name));
      CAPTURE(n);
      check_class(run(*table, a.data(), b.data(), n), want);
    }
  }
}

TEST_CASE_TEMPLATE("infinities of both signs make NaN", T, float, Half) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (std::size_t n = 2; n <= 130; ++n) {
    std::vector<T> a(n, element<T>(1));
    std::vector<T> b(n, element<T>(1));
    a[0] = element<T>(infinity);
    a[n - 1] = element<T>(-infinity);
    b[n / 2] = element<T>(0);
    for (const Kernels* table : tables()) {
      CAPTURE(std::string(table->name));
      CAPTURE(n);
      check_class(run(*table, a.data(), b.data(), n), expected(a, b));
      b[0] = element<T>(infinity);
      check_class(run(*table, a.data(), b.data(), n), expected(a, b));
      b[0] = element<T>(1);
    }
  }
}

TEST_CASE("subnormal floats are not flushed to zero") {
  std::mt19937 random(3);
  for (std::size_t n = 1; n <= 130; ++n) {
    std::vector<float> a(n);
    std::vector<float> b(n);
    for (float& x : a) {
      x = float_of(random() & 0x807fffff);
    }
    for (float& x : b) {
      x = float_of(random() & 0x807fffff);
    }
    const Expected want = expected(a, b);
    for (const Kernels* table : tables()) {
      CAPTURE(std::string(table->name));
      CAPTURE(n);
      check_near<float>(run(*table, a.data(), b.data(), n), want, n);
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::dense_test
