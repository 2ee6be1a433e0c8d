// Vectors of integers from 0 to 255, which are stored as halfvec.
#pragma once

#include <cmath>
#include <cstdint>

namespace vecext::pg {

/// Returns the integer from 0 to 255 that a vector of uint8 has for `x`: without a fraction, and
/// the nearest of them if `x` is below or above all.
inline float uint8_of_float(float x) {
  return x >= 255 ? 255 : x > 0 ? std::trunc(x) : 0;
}

/// Does the same for the bits of a half, which is finite.
inline std::uint16_t uint8_of_half(std::uint16_t bits) {
  constexpr std::uint16_t kOne = 0x3C00;
  constexpr std::uint16_t kMost = 0x5BF8;  // 255
  constexpr std::uint16_t kSign = 0x8000;
  constexpr int kFractionBits = 10;
  constexpr int kBias = 15;
  if ((bits & kSign) != 0 || bits < kOne) {
    return 0;
  }
  if (bits >= kMost) {
    return kMost;
  }
  const int below_one = kFractionBits - ((bits >> kFractionBits) - kBias);
  return static_cast<std::uint16_t>(bits >> below_one << below_one);
}

}  // namespace vecext::pg
