// A positive number at a recall, of its values at a few recalls.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace vecext {

/// Recalls that efforts are known at.
inline constexpr std::array kEffortRecalls = {0.9, 0.95, 0.98, 0.99};

/// The place of the usual target among them.
inline constexpr std::size_t kUsualRecall = 1;
static_assert(kEffortRecalls[kUsualRecall] == 0.95);

/// The number at `recall`, 0 < recall < 1, where of(i) > 0 is that at the i-th of the recalls:
/// between these, a power of the share that may be missing, which is an assumption; beyond them the
/// same power.
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
