// Inputs of the dense kernels, and their results computed in double from the definitions.
#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <type_traits>
#include <vector>

#include "core/kernel/half.h"

namespace vecext::kernel {

/// The value of a half, from the definition of the format.
inline double value_of(Half half) {
  const int exponent = half.bits >> 10 & 31;
  const int fraction = half.bits & 1023;
  const double sign = half.bits >> 15 ? -1 : 1;
  if (exponent == 31) {
    return fraction == 0 ? sign * INFINITY : NAN;
  }
  if (exponent == 0) {
    return sign * std::ldexp(fraction, -24);
  }
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

inline double value_of(float x) {
  return x;
}

/// A sum and the sum of its absolute terms, which bounds its rounding errors.
struct Sum {
  double value = 0;
  double absolute = 0;

  void add(double term) {
    value += term;
    absolute += std::fabs(term);
  }
};

struct Expected {
  Sum l2_squared, inner_product, l1, norm_a, norm_b;
};

template <class T>
Expected expected(const std::vector<T>& a, const std::vector<T>& b) {
  Expected sums;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = value_of(a[i]);
    const double y = value_of(b[i]);
    sums.l2_squared.add((x - y) * (x - y));
    sums.inner_product.add(x * y);
    sums.l1.add(std::fabs(x - y));
    sums.norm_a.add(x * x);
    sums.norm_b.add(y * y);
  }
  return sums;
}

/// The tolerance of kernel/README.md: n terms in 16 chains, and underflow of each.
inline bool near(float got, Sum want, std::size_t n) {
  const double roundings = static_cast<double>(n) / 16 + 8;
  return std::fabs(got - want.value) <=
         roundings * 0x1p-24 * want.absolute + static_cast<double>(n) * 0x1p-149;
}

/// As near() for sums in double; the reference is rounded as often.
inline bool near_in_double(double got, Sum want, std::size_t n) {
  return std::fabs(got - want.value) <= 2 * (static_cast<double>(n) + 8) * 0x1p-53 * want.absolute;
}

/// NaN, an infinity of the same sign, or neither.
inline bool same_class(double got, double want) {
  if (std::isnan(want)) {
    return std::isnan(got);
  }
  if (std::isinf(want)) {
    return got == want;
  }
  return std::isfinite(got);
}

/// Values of many magnitudes, in [-8, 8].
template <class T>
std::vector<T> random_values(std::size_t n, std::mt19937& random) {
  std::vector<T> values(n);
  for (T& value : values) {
    if constexpr (std::is_same_v<T, Half>) {
      value.bits = static_cast<std::uint16_t>((random() & 0x8000) | random() % 0x4800);
    } else {
      std::uniform_real_distribution<float> fraction(-1, 1);
      value = fraction(random);
      value = std::ldexp(value, static_cast<int>(random() % 8) - 4);
    }
  }
  return values;
}

/// 0-130 elements, and long ones: whole groups of vectors, and not.
inline std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t n = 0; n <= 130; ++n) {
    all.push_back(n);
  }
  for (const std::size_t n : {384, 784, 1021, 1536, 16000}) {
    all.push_back(n);
  }
  return all;
}

}  // namespace vecext::kernel
