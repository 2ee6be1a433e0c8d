// Estimates a positive number at a recall from its values at a few recalls.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace vecext {

/// The recalls at which efforts are known.
inline constexpr std::array kEffortRecalls = {0.9, 0.95, 0.98, 0.99};

/// The index of the usual target in kEffortRecalls.
inline constexpr std::size_t kUsualRecall = 1;
static_assert(kEffortRecalls[kUsualRecall] == 0.95);

/// Returns the number at `recall`, 0 < recall < 1. of(i) > 0 is its value at kEffortRecalls[i].
/// Between two of these recalls the number is assumed to be a power of the share that may be
/// missing; beyond the outer recalls the nearest of these powers goes on.
template <class Of>
double at_recall(double recall, const Of& of) {
  std::size_t i = 1;
  while (i + 1 < kEffortRecalls.size() && recall > kEffortRecalls[i]) {
    ++i;
  }
  const double low = std::log(1 - kEffortRecalls[i - 1]);
  const double high = std::log(1 - kEffortRecalls[i]);
  const double part = (std::log(1 - recall) - low) / (high - low);
  const double from = std::log(of(i - 1));
  const double to = std::log(of(i));
  return std::exp(from + part * (to - from));
}

}  // namespace vecext
