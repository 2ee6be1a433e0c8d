// Searches for one row or a few rows. Trials and models say what effort the nearest ten rows need
// on average. The first few of these rows need more: if a query is the mean of rows, these rows are
// its nearest rows, and each of them lies in another cluster than most of the ten
// (docs/experiments/observed-effort.md).
#pragma once

#include <algorithm>
#include <cmath>

namespace vecext {

/// Returns the factor by which the effort for ten rows is multiplied in a search for k rows. It is
/// 1 if k is ten or more. `power` depends on the method.
inline double more_for_small_k(double k, double power) {
  constexpr double kRowsOfTrials = 10;
  return std::pow(std::max(kRowsOfTrials / std::max(k, 1.0), 1.0), power);
}

}  // namespace vecext
