// Searches for one row or a few. Trials and models say what the nearest ten need on average. The
// first few of these rows need more: if a query is the mean of rows, these rows are its nearest,
// and each lies in another cluster than most of the ten (docs/experiments/observed-effort.md).
#pragma once

#include <algorithm>
#include <cmath>

namespace vecext {

/// Returns by how much to multiply the effort for ten rows if a search is for k; 1 for ten and
/// more. `power` depends on the method.
inline double more_for_small_k(double k, double power) {
  constexpr double kRowsOfTrials = 10;
  return std::pow(std::max(kRowsOfTrials / std::max(k, 1.0), 1.0), power);
}

}  // namespace vecext
