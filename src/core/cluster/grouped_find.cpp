// Finds the nearest centroids of rows, by the groups near to each row. Rows are taken in chunks,
// and all rows of a chunk that are near to a group are compared with the centroids of this group
// together.
#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/cluster/grouped.h"
#include "core/cluster/tile_rows.h"

namespace vecext::cluster {

namespace {

/// A chunk has at least this many rows. If rows are long, it has hardly more, so that the work can
/// be stopped between two chunks.
constexpr std::size_t kFewestRows = 1024;
constexpr std::size_t kChunkWork = 2 * kPartWork;

}  // namespace

GroupedNearest::Chunk GroupedNearest::chunk_of(std::int32_t slot) const {
  const auto thread = static_cast<std::size_t>(slot);
  return {.groups = chunk_groups_ + thread * kChunkPairs,
          .rows = chunk_rows_ + thread * kChunkPairs,
          .start = chunk_start_ + thread * chunk_starts_,
          .tile = tiles_ + thread * kTileScratch};
}

/// Returns how many multiply-adds it takes to compare a row with the centroids of the groups near
/// to it.
std::size_t GroupedNearest::work_in_groups() const {
  return dims_ * static_cast<std::size_t>(kFew * (k_ / groups_ + kCentroidStep));
}

Status GroupedNearest::find(const Rows& rows, float* best, std::int32_t* nearest) {
  if (groups_ == 0) {
    return flat_.find(rows, centroids_, k_, best, nearest);
  }
  const std::size_t work = work_in_groups() + dims_ * static_cast<std::size_t>(groups_);
  const std::size_t step = std::clamp(kChunkWork / work, kFewestRows, kChunkRows);
  return for_each(
      options_, (rows.n + step - 1) / step, step * work, [&](std::size_t chunk, std::int32_t slot) {
        const std::size_t first = chunk * step;
        find_chunk(rows, first, std::min(step, rows.n - first), chunk_of(slot), best, nearest);
      });
}

void GroupedNearest::find_chunk(const Rows& rows, std::size_t first, std::size_t n,
                                const Chunk& chunk, float* best, std::int32_t* nearest) const {
  find_groups(rows, first, n, chunk.tile, chunk.groups);
  std::fill_n(chunk.start, groups_ + 2, 0U);
  for (std::size_t i = 0; i < kFew * n; ++i) {
    ++chunk.start[chunk.groups[i] + 2];
  }
  std::partial_sum(chunk.start, chunk.start + groups_ + 2, chunk.start);
  for (std::size_t i = 0; i < kFew * n; ++i) {
    chunk.rows[chunk.start[chunk.groups[i] + 1]++] = static_cast<std::uint32_t>(i / kFew);
  }
  std::fill_n(best + first, n, std::numeric_limits<float>::infinity());
  std::fill_n(nearest + first, n, 0);
  for (std::int32_t g = 0; g < groups_; ++g) {
    look_in_group(rows, first, g, chunk, best + first, nearest + first);
  }
}

Tile GroupedNearest::tile(const Rows& rows, const ReadyCentroids& centroids, float* scratch) const {
  return {.x = rows.x,
          .ids = nullptr,
          .rows = 0,
          .dims = static_cast<std::int32_t>(dims_),
          .reference = centroids_,
          .centroids = centroids.x,
          .norms = centroids.norms,
          .begin = 0,
          .end = 0,
          .scratch = scratch,
          .best = nullptr,
          .nearest = nullptr};
}

/// Finds the kFew groups nearest to each of n rows, nearest first.
void GroupedNearest::find_groups(const Rows& rows, std::size_t first, std::size_t n, float* scratch,
                                 std::int32_t* groups) const {
  float best[kFew * kTileRows];
  std::int32_t nearest[kFew * kTileRows];
  Tile task = tile(rows, near_means_, scratch);
  task.end = padded(groups_);
  task.best = best;
  task.nearest = nearest;
  for (std::size_t from = 0; from < n; from += kTileRows) {
    const std::size_t count = std::min<std::size_t>(kTileRows, n - from);
    task.rows = static_cast<std::int32_t>(count);
    task.x = rows.ids != nullptr ? rows.x : rows.x + (first + from) * dims_;
    task.ids = rows.ids != nullptr ? rows.ids + first + from : nullptr;
    std::fill_n(best, kFew * kTileRows, std::numeric_limits<float>::infinity());
    std::fill_n(nearest, kFew * kTileRows, 0);
    tile_functions().update_nearest_few(task);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t l = 0; l < kFew; ++l) {
        groups[kFew * (from + i) + l] = nearest[i + kTileRows * l];
      }
    }
  }
}

/// Compares the rows of a chunk that are near to a group with the centroids of the group.
void GroupedNearest::look_in_group(const Rows& rows, std::size_t first, std::int32_t group,
                                   const Chunk& chunk, float* best, std::int32_t* nearest) const {
  Tile task = tile(rows, near_centroids_, chunk.tile);
  task.begin = start_[group];
  task.end = start_[group + 1];
  const std::uint32_t from = chunk.start[group];
  lower_by_tile(task, rows, first, chunk.rows + from, chunk.start[group + 1] - from, number_, best,
                nearest);
}

}  // namespace vecext::cluster
