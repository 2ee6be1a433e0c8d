// The nearest centroid of many rows: centroids made ready once, then tiles of rows in parallel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/cluster/parallel.h"

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

/// Centroids as tiles meet them: relative to the first, so that what is far from the origin loses
/// no precision, and in panels of kCentroidStep, of which the last is padded. A panel has a
/// dimension of all its centroids side by side.
struct ReadyCentroids {
  float* x = nullptr;
  float* norms = nullptr;

  /// Takes the memory for `room` centroids, padding included; false where there is none.
  bool take(Arena arena, std::size_t room, std::size_t dims);

  /// Makes place `at` a centroid, or padding, which no row is near to, for null.
  void set(std::size_t at, const float* centroid, const float* first, std::size_t dims);
};

/// k, and what pads that.
std::int32_t padded(std::int32_t k);

class Nearest {
 public:
  Nearest(std::int32_t dims, const ParallelOptions& options) : dims_(dims), options_(options) {}

  /// Takes the memory for up to k centroids; false where there is none.
  bool take(Arena arena, std::int32_t k);

  /// nearest[i] for every row; best[i], least score, is left in no defined unit.
  Status find(const Rows& rows, const float* centroids, std::int32_t k, float* best,
              std::int32_t* nearest);

 private:
  Status prepare(const float* centroids, std::int32_t k);

  std::int32_t dims_;
  const ParallelOptions& options_;
  ReadyCentroids centroids_;
  float* scratch_ = nullptr;  // kTileScratch floats a thread
};

/// distance[i] becomes the squared distance of row i to centroid nearest[i], from the row itself: a
/// score has lost what |x|^2 and |c|^2 have in common.
Status measure(const Rows& rows, std::int32_t dims, const float* centroids,
               const ParallelOptions& options, const std::int32_t* nearest, float* distance);

}  // namespace vecext::cluster
