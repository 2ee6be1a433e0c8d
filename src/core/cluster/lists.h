// Rows in the order of their centroids.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "core/base/arena.h"
#include "core/cluster/nearest_centroid.h"

namespace vecext::cluster {

/// Lists of rows, one for each centroid that has rows. The numbers of the rows of list l are
/// rows[start[l] .. start[l + 1]). A list is never empty.
struct Lists {
  std::uint32_t* rows = nullptr;
  std::uint32_t* start = nullptr;
  std::int32_t* number = nullptr;  // by centroid: the number of its list
  std::int32_t count = 0;

  bool reserve(Arena arena, std::size_t n, std::int32_t k) {
    rows = arena.array<std::uint32_t>(n);
    start = arena.array<std::uint32_t>(static_cast<std::size_t>(k) + 2);
    number = arena.array<std::int32_t>(static_cast<std::size_t>(k));
    return rows != nullptr && start != nullptr && number != nullptr;
  }

  std::uint32_t size(std::int32_t l) const { return start[l + 1] - start[l]; }

  /// Puts the rows `from` into lists by nearest[i], the centroid of row i, which is in [0, k). The
  /// sort is stable, so that sums over a list do not depend on the threads. nearest[i] becomes the
  /// number of the row's list.
  void sort(const Rows& from, std::int32_t* nearest, std::int32_t k) {
    std::fill_n(start, k + 2, 0U);
    for (std::size_t i = 0; i < from.n; ++i) {
      ++start[nearest[i] + 2];
    }
    std::partial_sum(start, start + k + 2, start);
    count = 0;
    for (std::int32_t c = 0; c < k; ++c) {
      number[c] = count;
      count += start[c + 2] > start[c + 1] ? 1 : 0;
    }
    for (std::size_t i = 0; i < from.n; ++i) {
      rows[start[nearest[i] + 1]++] = from.id(i);
      nearest[i] = number[nearest[i]];
    }
    // Now start[c] is where the rows of centroid c begin. If start[c] equals start[c + 1], centroid
    // c has no rows and no list.
    (void)std::unique(start, start + k + 1);
  }
};

}  // namespace vecext::cluster
