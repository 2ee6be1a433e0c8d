// The nearest centres of rows: by the groups near to each row, in chunks of which the rows near to
// a group meet it together; or by those near to the centre that a row had, all rows of a group at
// once.
#include <algorithm>
#include <limits>
#include <numeric>

#include "core/cluster/grouped.h"
#include "core/cluster/parallel.h"

namespace vecext::cluster {

namespace {

/// Least rows of a chunk; of long rows chunks are short, so that the work can be stopped in
/// between.
constexpr std::size_t kFewestRows = 1024;
constexpr std::size_t kChunkWork = 2 * kPieceWork;
/// Rows of a group that a thread takes at once.
constexpr std::size_t kStretch = 1024;

/// Lowers best and nearest of rows by the centres of a tile, which are called `numbers`: of n rows,
/// number row[i] in both, and `first` more than that in `of`.
void lower_by_tile(Tile task, const Rows& of, std::size_t first, const std::uint32_t* row,
                   std::size_t n, const std::int32_t* numbers, float* best, std::int32_t* nearest) {
  std::uint32_t ids[kTileRows];
  float tile_best[kTileRows];
  std::int32_t tile_nearest[kTileRows];
  task.ids = ids;
  task.best = tile_best;
  task.nearest = tile_nearest;
  for (const std::uint32_t* const end = row + n; row < end; row += kTileRows) {
    const std::size_t count = std::min<std::size_t>(kTileRows, static_cast<std::size_t>(end - row));
    task.rows = static_cast<std::int32_t>(count);
    for (std::size_t i = 0; i < count; ++i) {
      ids[i] = of.id(first + row[i]);
      tile_best[i] = best[row[i]];
      tile_nearest[i] = -1;
    }
    tile_functions().update_nearest(task);
    for (std::size_t i = 0; i < count; ++i) {
      if (tile_nearest[i] < 0) continue;
      best[row[i]] = tile_best[i];
      nearest[row[i]] = numbers[tile_nearest[i]];
    }
  }
}

}  // namespace

GroupedNearest::Chunk GroupedNearest::chunk_of(std::int32_t slot) const {
  const auto thread = static_cast<std::size_t>(slot);
  return {.groups = chunk_groups_ + thread * kChunkPairs,
          .rows = chunk_rows_ + thread * kChunkPairs,
          .start = chunk_start_ + thread * chunk_starts_,
          .tile = tiles_ + thread * kTileScratch};
}

/// Multiply-adds to compare a row with the centres of the groups near to it.
std::size_t GroupedNearest::work_in_groups() const {
  return dims_ * static_cast<std::size_t>(kFew * (k_ / groups_ + kCentreStep));
}

Status GroupedNearest::find(const Rows& rows, float* best, std::int32_t* nearest) {
  if (groups_ == 0) return flat_.find(rows, centres_, k_, best, nearest);
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
  for (std::size_t i = 0; i < kFew * n; ++i) ++chunk.start[chunk.groups[i] + 2];
  std::partial_sum(chunk.start, chunk.start + groups_ + 2, chunk.start);
  for (std::size_t i = 0; i < kFew * n; ++i)
    chunk.rows[chunk.start[chunk.groups[i] + 1]++] = static_cast<std::uint32_t>(i / kFew);
  std::fill_n(best + first, n, std::numeric_limits<float>::infinity());
  std::fill_n(nearest + first, n, 0);
  for (std::int32_t g = 0; g < groups_; ++g)
    look_in_group(rows, first, g, chunk, best + first, nearest + first);
}

Tile GroupedNearest::tile(const Rows& rows, const ReadyCentres& centres, float* scratch) const {
  return {.x = rows.x,
          .ids = nullptr,
          .rows = 0,
          .dims = static_cast<std::int32_t>(dims_),
          .reference = centres_,
          .centres = centres.x,
          .norms = centres.norms,
          .begin = 0,
          .end = 0,
          .scratch = scratch,
          .best = nullptr,
          .nearest = nullptr};
}

/// The groups near to each of n rows: kFew, nearest first.
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
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t l = 0; l < kFew; ++l)
        groups[kFew * (from + i) + l] = nearest[i + kTileRows * l];
  }
}

/// Lowers best[i] and nearest[i] of the rows of a chunk that are near to a group.
void GroupedNearest::look_in_group(const Rows& rows, std::size_t first, std::int32_t group,
                                   const Chunk& chunk, float* best, std::int32_t* nearest) const {
  Tile task = tile(rows, near_centres_, chunk.tile);
  task.begin = start_[group];
  task.end = start_[group + 1];
  const std::uint32_t from = chunk.start[group];
  lower_by_tile(task, rows, first, chunk.rows + from, chunk.start[group + 1] - from, number_, best,
                nearest);
}

/// The groups near to each group. Where there are few, some are named several times.
Status GroupedNearest::find_near_groups() {
  const Rows means{means_, nullptr, static_cast<std::size_t>(groups_)};
  return for_each(options_, (means.n + kTileRows - 1) / kTileRows, kTileRows * means.n * dims_,
                  [&](std::size_t t, std::int32_t slot) {
                    const std::size_t first = t * kTileRows;
                    find_groups(means, first, std::min<std::size_t>(kTileRows, means.n - first),
                                tiles_ + static_cast<std::size_t>(slot) * kTileScratch,
                                near_groups_ + kFew * first);
                  });
}

void GroupedNearest::sort_by_group(std::size_t n, const std::int32_t* start, std::uint32_t* order) {
  std::fill_n(group_rows_, groups_ + 2, 0U);
  for (std::size_t i = 0; i < n; ++i) ++group_rows_[group_of_[start[i]] + 2];
  std::partial_sum(group_rows_, group_rows_ + groups_ + 2, group_rows_);
  for (std::size_t i = 0; i < n; ++i)
    order[group_rows_[group_of_[start[i]] + 1]++] = static_cast<std::uint32_t>(i);
}

Status GroupedNearest::find_from(const Rows& rows, const std::int32_t* start, std::uint32_t* order,
                                 float* best, std::int32_t* nearest) {
  if (groups_ == 0) return flat_.find(rows, centres_, k_, best, nearest);
  const Status status = find_near_groups();
  if (!status.ok()) return status;
  sort_by_group(rows.n, start, order);
  return for_each(
      options_, (rows.n + kStretch - 1) / kStretch, kStretch * work_in_groups(),
      [&](std::size_t stretch, std::int32_t slot) {
        std::size_t from = stretch * kStretch;
        const std::size_t end = std::min(from + kStretch, rows.n);
        const auto* after = std::upper_bound(group_rows_, group_rows_ + groups_ + 1, from);
        for (auto group = static_cast<std::int32_t>(after - group_rows_) - 1; from < end; ++group) {
          const std::size_t until = std::min<std::size_t>(end, group_rows_[group + 1]);
          if (until > from)
            look_near_group({rows, order + from, until - from}, group, slot, best, nearest);
          from = until;
        }
      });
}

/// The nearest centres of rows of a group, among those of the groups near to it: copied to a batch
/// that whole tiles of rows meet.
void GroupedNearest::look_near_group(const SomeRows& some, std::int32_t group, std::int32_t slot,
                                     float* best, std::int32_t* nearest) const {
  const auto thread = static_cast<std::size_t>(slot);
  Batch batch{.centres = {.x = batches_.x + thread * kTileCentres * dims_,
                          .norms = batches_.norms + thread * kTileCentres},
              .numbers = batch_numbers_ + thread * kTileCentres,
              .count = 0};
  for (std::size_t i = 0; i < some.n; ++i) {
    best[some.row[i]] = std::numeric_limits<float>::infinity();
    nearest[some.row[i]] = 0;
  }
  const auto* near = near_groups_ + static_cast<std::ptrdiff_t>(kFew) * group;
  for (std::int32_t l = 0; l < kFew; ++l) {
    for (std::int32_t at = start_[near[l]]; at < start_[near[l] + 1]; at += kCentreStep) {
      if (batch.count == kTileCentres) {
        look_in_batch(some, batch, slot, best, nearest);
        batch.count = 0;
      }
      std::copy_n(near_centres_.x + static_cast<std::size_t>(at) * dims_, kCentreStep * dims_,
                  batch.centres.x + static_cast<std::size_t>(batch.count) * dims_);
      std::copy_n(near_centres_.norms + at, kCentreStep, batch.centres.norms + batch.count);
      std::copy_n(number_ + at, kCentreStep, batch.numbers + batch.count);
      batch.count += kCentreStep;
    }
  }
  look_in_batch(some, batch, slot, best, nearest);
}

/// Lowers best and nearest of some rows by the centres of a batch.
void GroupedNearest::look_in_batch(const SomeRows& some, const Batch& batch, std::int32_t slot,
                                   float* best, std::int32_t* nearest) const {
  Tile task = tile(some.of, batch.centres, tiles_ + static_cast<std::size_t>(slot) * kTileScratch);
  task.end = batch.count;
  lower_by_tile(task, some.of, 0, some.row, some.n, batch.numbers, best, nearest);
}

}  // namespace vecext::cluster
