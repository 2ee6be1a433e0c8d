// Finds the nearest centroid of many rows: centroids are prepared once, then tiles of rows are
// compared in parallel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/parallel.h"
#include "core/base/status.h"

namespace vecext::cluster {

/// Some rows of a matrix: the rows with the given numbers, or the first n rows.
struct Rows {
  const float* x;
  const std::uint32_t* ids;  // null for the first n rows
  std::size_t n;

  std::uint32_t id(std::size_t i) const {
    return ids != nullptr ? ids[i] : static_cast<std::uint32_t>(i);
  }
};

/// Centroids in the form that tiles need. They are relative to the first centroid, so that data far
/// from the origin lose no precision. They are in panels of kCentroidStep centroids, of which the
/// last panel is padded. In a panel the values of a dimension lie side by side.
struct ReadyCentroids {
  float* x = nullptr;
  float* norms = nullptr;

  /// Reserves memory for `room` centroids, including padding. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t room, std::size_t dims);

  /// Sets place `at` to a centroid relative to `first`. If `centroid` is null, sets it to padding,
  /// which is near to no row.
  void set(std::size_t at, const float* centroid, const float* first, std::size_t dims);
};

/// Returns k rounded up to whole panels.
std::int32_t padded(std::int32_t k);

class Nearest {
 public:
  Nearest(std::int32_t dims, const ParallelOptions& options) : dims_(dims), options_(options) {}

  /// Reserves memory for up to k centroids. Returns false if memory runs out.
  bool reserve(Arena arena, std::int32_t k);

  /// Sets nearest[i] to the nearest centroid of row i, and best[i] to the score of that centroid,
  /// whose unit is not defined.
  Status find(const Rows& rows, const float* centroids, std::int32_t k, float* best,
              std::int32_t* nearest);

 private:
  Status prepare(const float* centroids, std::int32_t k);

  std::int32_t dims_;
  const ParallelOptions& options_;
  ReadyCentroids centroids_;
  float* scratch_ = nullptr;  // kTileScratch floats for each thread
};

/// Sets distance[i] to the squared distance of row i to centroid nearest[i]. It is computed from
/// the row, since the score of the centroid has lost the digits that |x|^2 and |c|^2 have in
/// common.
Status measure(const Rows& rows, std::int32_t dims, const float* centroids,
               const ParallelOptions& options, const std::int32_t* nearest, float* distance);

}  // namespace vecext::cluster
