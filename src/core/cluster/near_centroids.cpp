#include "core/cluster/near_centroids.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/cluster/tile_rows.h"
#include "core/kernel/kernel.h"

namespace vecext::cluster {

namespace {

/// About how many centroids a group has. If groups are smaller, the centroids that the rows of a
/// group are compared with are nearer to the group's own centroids, but there are more groups,
/// which cost more.
constexpr std::int32_t kGroup = 8;
/// How many rows of a group a thread takes at once.
constexpr std::size_t kStretch = 1024;

}  // namespace

bool NearCentroids::reserve(Arena arena, std::int32_t k) {
  const std::int32_t groups = k / kGroup;
  most_groups_ = static_cast<std::size_t>(groups);
  const auto threads = static_cast<std::size_t>(options_.threads);
  near_ = arena.array<std::int32_t>(most_groups_ * kMet);
  rows_ = arena.array<std::uint32_t>(most_groups_ + 2);
  tiles_ = arena.array<float>(threads * kTileScratch);
  distances_ = arena.array<float>(threads * most_groups_);
  by_distance_ = arena.array<std::int32_t>(threads * most_groups_);
  return near_ != nullptr && rows_ != nullptr && tiles_ != nullptr && distances_ != nullptr &&
         by_distance_ != nullptr && ready_.reserve(arena, threads * kMet, dims_) &&
         groups_.reserve(arena, k, groups);
}

Status NearCentroids::prepare(const float* centroids, std::int32_t k) {
  centroids_ = centroids;
  met_ = std::min(padded(k), kMet);
  VECEXT_TRY(groups_.make(centroids, k, k / kGroup));
  return find_near();
}

Status NearCentroids::find_near() {
  const auto count = static_cast<std::size_t>(groups_.count());
  return for_each(options_, count, count * dims_, [&](std::size_t g, std::int32_t slot) {
    const std::size_t room = static_cast<std::size_t>(slot) * most_groups_;
    find_near_of(static_cast<std::int32_t>(g), distances_ + room, by_distance_ + room);
  });
}

/// Finds the kMet centroids nearest to a group: those of the groups nearest to it, of which the
/// first is the group itself.
void NearCentroids::find_near_of(std::int32_t group, float* distances, std::int32_t* groups) {
  const std::int32_t count = groups_.count();
  kernel::active().f32.l2_squared_many(groups_.mean(group), groups_.mean(0), dims_ * sizeof(float),
                                       static_cast<std::size_t>(count), dims_, distances);
  distances[group] = -1;
  std::iota(groups, groups + count, 0);
  // Every group has a centroid, so kMet groups are enough.
  const std::int32_t sorted = std::min(count, kMet);
  const auto nearer = [&](std::int32_t a, std::int32_t b) {
    return distances[a] < distances[b] || (distances[a] == distances[b] && a < b);
  };
  std::nth_element(groups, groups + sorted - 1, groups + count, nearer);
  std::sort(groups, groups + sorted, nearer);
  std::int32_t* out = near_ + static_cast<std::ptrdiff_t>(group) * kMet;
  std::int32_t* const end = out + kMet;
  for (std::int32_t i = 0; i < sorted && out < end; ++i) {
    out = std::copy_n(groups_.members(groups[i]),
                      std::min<std::ptrdiff_t>(groups_.size(groups[i]), end - out), out);
  }
  std::fill(out, end, -1);
}

void NearCentroids::sort_by_group(std::size_t n, const std::int32_t* start, std::uint32_t* order) {
  const std::int32_t count = groups_.count();
  std::fill_n(rows_, count + 2, 0U);
  for (std::size_t i = 0; i < n; ++i) {
    ++rows_[groups_.of(start[i]) + 2];
  }
  std::partial_sum(rows_, rows_ + count + 2, rows_);
  for (std::size_t i = 0; i < n; ++i) {
    order[rows_[groups_.of(start[i]) + 1]++] = static_cast<std::uint32_t>(i);
  }
}

Status NearCentroids::find(const Rows& rows, const std::int32_t* start, std::uint32_t* order,
                           float* best, std::int32_t* nearest) {
  sort_by_group(rows.n, start, order);
  return for_each(options_, (rows.n + kStretch - 1) / kStretch,
                  kStretch * static_cast<std::size_t>(met_) * dims_,
                  [&](std::size_t stretch, std::int32_t slot) {
                    std::size_t from = stretch * kStretch;
                    const std::size_t end = std::min(from + kStretch, rows.n);
                    const auto* after = std::upper_bound(rows_, rows_ + groups_.count() + 1, from);
                    for (auto g = static_cast<std::int32_t>(after - rows_) - 1; from < end; ++g) {
                      const std::size_t until = std::min<std::size_t>(end, rows_[g + 1]);
                      if (until > from) {
                        find_stretch(rows, order + from, until - from, g, slot, best, nearest);
                      }
                      from = until;
                    }
                  });
}

/// Finds the nearest centroids of some rows of a group, among the centroids that are near to the
/// group.
void NearCentroids::find_stretch(const Rows& rows, const std::uint32_t* row, std::size_t n,
                                 std::int32_t group, std::int32_t slot, float* best,
                                 std::int32_t* nearest) const {
  const auto thread = static_cast<std::size_t>(slot);
  ReadyCentroids ready{.x = ready_.x + thread * kMet * dims_,
                       .norms = ready_.norms + thread * kMet};
  const std::int32_t* near = near_ + static_cast<std::ptrdiff_t>(group) * kMet;
  std::int32_t count = kMet;
  while (near[count - 1] < 0) {
    --count;
  }
  for (std::int32_t i = 0; i < padded(count); ++i) {
    const float* centroid =
        near[i] < 0 ? nullptr : centroids_ + static_cast<std::size_t>(near[i]) * dims_;
    ready.set(static_cast<std::size_t>(i), centroid, centroids_, dims_);
  }
  for (std::size_t i = 0; i < n; ++i) {
    best[row[i]] = std::numeric_limits<float>::infinity();
    nearest[row[i]] = 0;
  }
  const Tile task{.x = rows.x,
                  .ids = nullptr,
                  .rows = 0,
                  .dims = static_cast<std::int32_t>(dims_),
                  .reference = centroids_,
                  .centroids = ready.x,
                  .norms = ready.norms,
                  .begin = 0,
                  .end = padded(count),
                  .scratch = tiles_ + thread * kTileScratch,
                  .best = nullptr,
                  .nearest = nullptr};
  lower_by_tile(task, rows, 0, row, n, near, best, nearest);
}

}  // namespace vecext::cluster
