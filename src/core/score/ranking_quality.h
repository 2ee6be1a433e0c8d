// Measures how good a list of hits is, compared with the hits that should be found.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace vecext {

/// Discounted cumulative gain (Järvelin, Kekäläinen 2002). Returns what a hit with that gain adds
/// at that rank, which is counted from 0.
inline double discounted_gain(double gain, std::size_t rank) {
  return gain / std::log2(static_cast<double>(rank) + 2);
}

/// Returns the sum of the discounted gains of a list, whose gains are given in the order of ranks.
inline double discounted_gain(std::span<const double> gains) {
  double sum = 0;
  for (std::size_t rank = 0; rank < gains.size(); ++rank) {
    sum += discounted_gain(gains[rank], rank);
  }
  return sum;
}

}  // namespace vecext
