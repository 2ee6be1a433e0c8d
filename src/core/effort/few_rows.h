// Searches for one row or a few. Trials and models tell what the nearest ten need on average. The
// first of them need more: where a query is the mean of rows, these rows are its nearest, and each
// lies in another cluster than most others (docs/experiments/observed-effort.md).
#pragma once

#include <algorithm>
#include <cmath>

namespace vecext {

/// How many times the effort for ten rows a search for k needs, 1 for ten and more. The power is
/// the method's.
inline double more_for_few_rows(double k, double power) {
  constexpr double kRowsOfTrials = 10;
  return std::pow(std::max(kRowsOfTrials / std::max(k, 1.0), 1.0), power);
}

}  // namespace vecext
