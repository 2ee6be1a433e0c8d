// How good a list of hits is, against what should be found.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace vecext {

/// Discounted cumulative gain (Järvelin, Kekäläinen 2002): what a hit of that rank, from 0, adds.
inline double discounted_gain(double gain, std::size_t rank) {
  return gain / std::log2(static_cast<double>(rank) + 2);
}

/// The discounted gain of gains by rank.
inline double discounted_gain(std::span<const double> gains) {
  double sum = 0;
  for (std::size_t rank = 0; rank < gains.size(); ++rank) {
    sum += discounted_gain(gains[rank], rank);
  }
  return sum;
}

}  // namespace vecext
