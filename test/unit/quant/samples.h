// Inputs of the tests of codes.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "core/kernel/half.h"
#include "core/quant/codec.h"

namespace vecext {

inline std::vector<float> normal_values(std::int32_t n, std::mt19937& random, float deviation = 1) {
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> values(static_cast<std::size_t>(n));
  for (float& value : values) {
    value = normal(random);
  }
  return values;
}

inline double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * b[i];
  }
  return sum;
}

inline double distance_squared(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - b[i];
    sum += d * d;
  }
  return sum;
}

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

/// A code, its factors and the values v that it stands for.
struct Coded {
  std::vector<std::uint8_t> nibbles;
  Factors factors = {};
  std::vector<float> v;
};

inline Coded code_of(const Codec& codec, const std::vector<float>& x,
                     const std::vector<float>& centroid, float scale) {
  Coded coded;
  coded.nibbles.assign(static_cast<std::size_t>(codec.groups()), 0xee);
  coded.v.assign(static_cast<std::size_t>(codec.dims), -1);
  encode(codec, x.data(), centroid.data(), scale, coded.nibbles.data(), &coded.factors);
  decode(codec, coded.nibbles.data(), 1, coded.v.data());
  return coded;
}

}  // namespace vecext
