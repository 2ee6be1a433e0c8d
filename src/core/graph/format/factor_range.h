// The lengths of the residuals that factors of codes are made of. The scale of factors follows from
// them.
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
  /// set apart are left out: no scale would bring both their factors and those of other rows into
  /// the range of fp16.
  void add(double squared, double center) {
    if (squared > 0 && !is_set_apart(squared)) {
      mean_ += (std::log2(squared) - mean_) / ++count_;
      largest_ = std::max(largest_, largest_factor(squared, center));
    }
  }

  /// Returns the typical squared residual, which is the mean by logarithms, or 0 if there is no
  /// residual. One row far from all others may be a neighbor of each; with the arithmetic mean,
  /// factors of the other rows would be below the range of fp16.
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
