// Assigns rows to centroids, and measures the distances to them.
#include <algorithm>

#include "core/base/parallel.h"
#include "core/cluster/grouped.h"
#include "core/kernel/kernel.h"

namespace vecext {

Status cluster::measure(const Rows& rows, std::int32_t dims, const float* centroids,
                        const ParallelOptions& options, const std::int32_t* nearest,
                        float* distance) {
  const auto l2_squared = kernel::active().f32.l2_squared;
  const auto width = static_cast<std::size_t>(dims);
  constexpr std::size_t kBlock = 64;
  return for_each(options, (rows.n + kBlock - 1) / kBlock, kBlock * width,
                  [&](std::size_t block, std::int32_t) {
                    const std::size_t end = std::min(rows.n, (block + 1) * kBlock);
                    for (std::size_t i = block * kBlock; i < end; ++i) {
                      const float* centroid =
                          centroids + static_cast<std::size_t>(nearest[i]) * width;
                      distance[i] = l2_squared(rows.x + rows.id(i) * width, centroid, width);
                    }
                  });
}

using cluster::Nearest;
using cluster::Rows;

Status assign_nearest(const float* x, std::size_t n, std::int32_t dims, const float* centroids,
                      std::int32_t k, const ParallelOptions& options, Arena arena,
                      std::int32_t* nearest, float* distance) {
  if (n == 0) {
    return {};
  }
  const Rows rows{x, nullptr, n};
  float* best = distance != nullptr ? distance : arena.array<float>(n);
  if (best == nullptr) {
    return out_of_memory();
  }
  if (n < static_cast<std::size_t>(k)) {  // groups would cost more than they save
    Nearest assignment(dims, options);
    if (!assignment.reserve(arena, k)) {
      return out_of_memory();
    }
    VECEXT_TRY(assignment.find(rows, centroids, k, best, nearest));
  } else {
    cluster::GroupedNearest assignment(dims, options);
    if (!assignment.reserve(arena, k)) {
      return out_of_memory();
    }
    VECEXT_TRY(assignment.prepare(centroids, k));
    VECEXT_TRY(assignment.find(rows, best, nearest));
  }
  if (distance == nullptr) {
    return {};
  }
  return cluster::measure(rows, dims, centroids, options, nearest, distance);
}

}  // namespace vecext
