// Assigns rows to centroids: compares tiles on all threads, by the instruction set that the kernels
// use.
#include "core/cluster/nearest_centroid.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/base/parallel.h"
#include "core/cluster/tile.h"
#include "core/kernel/kernel.h"

namespace vecext {
namespace cluster {

const TileFunctions& tile_functions() {
#if defined(__x86_64__)
  const char* name = kernel::active().name;
  if (std::strcmp(name, "avx512") == 0) {
    return tile_avx512;
  }
  if (std::strcmp(name, "avx2") == 0) {
    return tile_avx2;
  }
#endif
  return tile_portable;
}

std::int32_t padded(std::int32_t k) {
  return (k + kCentroidStep - 1) / kCentroidStep * kCentroidStep;
}

bool ReadyCentroids::reserve(Arena arena, std::size_t room, std::size_t dims) {
  x = arena.array<float>(room * dims);
  norms = arena.array<float>(room);
  return x != nullptr && norms != nullptr;
}

void ReadyCentroids::set(std::size_t at, const float* centroid, const float* first,
                         std::size_t dims) {
  float* out = x + at / kCentroidStep * kCentroidStep * dims + at % kCentroidStep;
  double norm = centroid == nullptr ? std::numeric_limits<double>::infinity() : 0;
  for (std::size_t d = 0; d < dims; ++d) {
    const float relative = centroid == nullptr ? 0 : centroid[d] - first[d];
    out[d * kCentroidStep] = relative;
    norm += static_cast<double>(relative) * static_cast<double>(relative);
  }
  norms[at] = static_cast<float>(norm);
}

bool Nearest::reserve(Arena arena, std::int32_t k) {
  scratch_ = arena.array<float>(kTileScratch * static_cast<std::size_t>(options_.threads));
  return scratch_ != nullptr && centroids_.reserve(arena, static_cast<std::size_t>(padded(k)),
                                                   static_cast<std::size_t>(dims_));
}

Status Nearest::prepare(const float* centroids, std::int32_t k) {
  const auto dims = static_cast<std::size_t>(dims_);
  const auto count = static_cast<std::size_t>(padded(k));
  return for_each(options_, count, dims, [&](std::size_t c, std::int32_t) {
    const bool is_padding = c >= static_cast<std::size_t>(k);
    centroids_.set(c, is_padding ? nullptr : centroids + c * dims, centroids, dims);
  });
}

Status Nearest::find(const Rows& rows, const float* centroids, std::int32_t k, float* best,
                     std::int32_t* nearest) {
  Status status = prepare(centroids, k);
  const auto update = tile_functions().update_nearest;
  const auto dims = static_cast<std::size_t>(dims_);
  const std::size_t tiles = (rows.n + kTileRows - 1) / kTileRows;
  // If it takes too long for one part of the work to compare one tile with all centroids, the
  // centroids are divided, too.
  const std::size_t block_work = std::size_t{kTileRows} * kTileCentroids * dims;
  const std::size_t blocks = std::max<std::size_t>(1, kPartWork / block_work);
  const std::size_t end = static_cast<std::size_t>(padded(k));
  const std::size_t step = std::min(end, blocks * kTileCentroids);

  for (std::size_t begin = 0; begin < end && status.ok(); begin += step) {
    const std::size_t count = std::min(step, end - begin);
    status = for_each(options_, tiles, kTileRows * count * dims,
                      [&](std::size_t tile, std::int32_t slot) {
                        const std::size_t first = tile * kTileRows;
                        const std::size_t n = std::min<std::size_t>(kTileRows, rows.n - first);
                        if (begin == 0) {
                          std::fill_n(best + first, n, std::numeric_limits<float>::infinity());
                          std::fill_n(nearest + first, n, 0);
                        }
                        update({.x = rows.ids != nullptr ? rows.x : rows.x + first * dims,
                                .ids = rows.ids != nullptr ? rows.ids + first : nullptr,
                                .rows = static_cast<std::int32_t>(n),
                                .dims = dims_,
                                .reference = centroids,
                                .centroids = centroids_.x,
                                .norms = centroids_.norms,
                                .begin = static_cast<std::int32_t>(begin),
                                .end = static_cast<std::int32_t>(begin + count),
                                .scratch = scratch_ + kTileScratch * static_cast<std::size_t>(slot),
                                .best = best + first,
                                .nearest = nearest + first});
                      });
  }
  return status;
}

}  // namespace cluster
}  // namespace vecext
