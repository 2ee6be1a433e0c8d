// Rows and many centroids, for tests of assignment to some centroids alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cluster/mixture.h"
#include "core/cluster/kmeans.h"

namespace vecext::test {

inline constexpr std::size_t kRows = 6000;
inline constexpr std::size_t kDims = 20;
inline constexpr std::int32_t kCentroids = 1500;

inline ParallelOptions on_threads(std::int32_t threads) {
  return {.threads = threads, .stop = nullptr, .stop_context = nullptr};
}

/// Overlapping clusters, so that rows have several centroids nearly as near.
inline Mixture rows_between() {
  return make_mixture(kRows, kDims, 40, 3);
}

}  // namespace vecext::test
