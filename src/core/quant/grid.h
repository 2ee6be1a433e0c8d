// The values that a dimension's code stands for.
#pragma once

#include <cstdint>

namespace vecext {

/// Code c of kBits bits stands for unit * (c - middle): {-1, 1}, {-1.5 .. 1.5}, {-7.5 .. 7.5}.
template <std::int32_t kBits>
struct Grid {
  static constexpr std::int32_t kLevels = 1 << kBits;
  static constexpr float kUnit = kBits == 1 ? 2 : 1;
  static constexpr float kMiddle = static_cast<float>(kLevels - 1) / 2;
  static constexpr float kLargest = kUnit * kMiddle;
  /// The step, in units of the root mean square of the values that are coded. It is the best step
  /// for normally distributed values: the value of a code is then the mean of the values that have
  /// this code (README.md). With 1 bit any step gives the same codes.
  static constexpr float kStep = kBits == 1 ? 0.798f : kBits == 2 ? 1.0f : 1 / 3.0f;
  /// Dimensions in a group of 4 bits.
  static constexpr std::int32_t kDims = 4 / kBits;

  static constexpr float value(std::int32_t code) {
    return kUnit * (static_cast<float>(code) - kMiddle);
  }
  /// Returns the code of dimension d of a group.
  static constexpr std::int32_t code(std::int32_t nibble, std::int32_t d) {
    return nibble >> (d * kBits) & (kLevels - 1);
  }
};

/// Calls fn with the Grid for 1, 2 or 4 bits.
template <class Fn>
auto with_grid(std::int32_t bits, Fn fn) {
  switch (bits) {
    case 1:
      return fn(Grid<1>{});
    case 2:
      return fn(Grid<2>{});
    default:
      return fn(Grid<4>{});
  }
}

}  // namespace vecext
