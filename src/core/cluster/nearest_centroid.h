// The nearest centroid of many rows: centroids are prepared once, then tiles of rows are compared
// in parallel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/parallel.h"
#include "core/base/status.h"

namespace vecext::cluster {

/// Some rows of a matrix: those with the given numbers, or the first n.
struct Rows {
  const float* x;
  const std::uint32_t* ids;  // or null
  std::size_t n;

  std::uint32_t id(std::size_t i) const {
    return ids != nullptr ? ids[i] : static_cast<std::uint32_t>(i);
  }
};

/// Centroids as tiles take them: relative to the first, so that data far from the origin lose no
/// precision, and in panels of kCentroidStep, the last one padded. In a panel the values of a
/// dimension lie side by side.
struct ReadyCentroids {
  float* x = nullptr;
  float* norms = nullptr;

  /// Reserves the memory for `room` centroids, padding included; false where there is none.
  bool reserve(Arena arena, std::size_t room, std::size_t dims);

  /// Sets place `at` to a centroid; to padding, which is near to no row, if that is null.
  void set(std::size_t at, const float* centroid, const float* first, std::size_t dims);
};

/// k rounded up to whole panels.
std::int32_t padded(std::int32_t k);

class Nearest {
 public:
  Nearest(std::int32_t dims, const ParallelOptions& options) : dims_(dims), options_(options) {}

  /// Reserves the memory for up to k centroids; false where there is none.
  bool reserve(Arena arena, std::int32_t k);

  /// Sets nearest[i] for every row; best[i], its least score, has no defined unit.
  Status find(const Rows& rows, const float* centroids, std::int32_t k, float* best,
              std::int32_t* nearest);

 private:
  Status prepare(const float* centroids, std::int32_t k);

  std::int32_t dims_;
  const ParallelOptions& options_;
  ReadyCentroids centroids_;
  float* scratch_ = nullptr;  // kTileScratch floats a thread
};

/// Sets distance[i] to the squared distance of row i to centroid nearest[i], computed from the row:
/// a score has lost digits that |x|^2 and |c|^2 have in common.
Status measure(const Rows& rows, std::int32_t dims, const float* centroids,
               const ParallelOptions& options, const std::int32_t* nearest, float* distance);

}  // namespace vecext::cluster
