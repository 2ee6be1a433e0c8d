// The lengths of residuals that factors of codes are made of, from which their scale follows.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/quant/codec.h"
#include "core/quant/transform.h"

namespace vecext {

class FactorRange {
 public:
  /// Adds a residual, given its square and the length of what it is relative to. Rows set apart
  /// are left out: no scale brings both their factors and the others' into the range of fp16.
  void add(double squared, double center) {
    if (squared > 0 && !is_set_apart(squared)) {
      mean_ += (std::log2(squared) - mean_) / ++count_;
      largest_ = std::max(largest_, largest_factor(squared, center));
    }
  }

  /// The typical squared residual, the mean by logarithms; 0 without any. One row far from all
  /// others may be a neighbor of each; with the arithmetic mean the others' factors would be below
  /// the range of fp16.
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
