// A typical squared length, of which scales of factors are made.
#pragma once

#include <cmath>
#include <cstdint>

namespace vecext {

/// The mean of logarithms. One row far from all others may be a neighbor of each; with the
/// arithmetic mean the others' factors would be below the range of fp16.
class TypicalLength {
 public:
  void add(double squared) {
    if (squared > 0 && std::isfinite(squared)) {
      mean_ += (std::log2(squared) - mean_) / ++count_;
    }
  }
  /// 0 without any.
  float squared() const { return count_ > 0 ? static_cast<float>(std::exp2(mean_)) : 0; }

 private:
  double mean_ = 0;
  std::int32_t count_ = 0;
};

}  // namespace vecext
