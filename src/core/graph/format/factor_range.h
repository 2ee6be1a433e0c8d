// The lengths of residuals, from which the scale of the factors of their codes is computed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/quant/codec.h"
#include "core/quant/transform.h"

namespace vecext {

class FactorRange {
 public:
  /// Adds a residual, given its square and the length of the vector that it is relative to. Rows
  /// set apart are left out, since no scale brings both their factors and the factors of other rows
  /// into the range of fp16.
  void add(double squared, double center) {
    if (squared > 0 && !is_set_apart(squared)) {
      mean_ += (std::log2(squared) - mean_) / ++count_;
      largest_ = std::max(largest_, largest_factor(squared, center));
    }
  }

  /// Returns the typical squared residual, or 0 without residuals. It is the geometric mean,
  /// as one row far from all others may be a neighbor of each of them: the arithmetic mean would
  /// bring the factors of the other rows below the range of fp16.
  float squared() const { return count_ > 0 ? static_cast<float>(std::exp2(mean_)) : 0; }

  float scale(const Codec& codec) const {
    return factor_scale(codec, squared(), static_cast<float>(largest_));
  }

 private:
  double mean_ = 0;
  double largest_ = 0;
  std::int32_t count_ = 0;
};

}  // namespace vecext
