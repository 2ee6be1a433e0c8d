// Groups of centres by k-means; rows in chunks, of which those near to a group meet it together.
#include "core/cluster/grouped.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/bytes_taken.h"
#include "core/cluster/parallel.h"

namespace vecext::cluster {

namespace {

/// Fewer centres than this are all met.
constexpr std::int32_t kLeastGrouped = 512;
/// Lloyd rounds that place the groups.
constexpr std::int32_t kGroupRounds = 4;
/// Rows that a thread takes at once: enough for whole tiles in most groups. Of long rows fewer, so
/// that the work can be stopped in between.
constexpr std::size_t kMostRows = 4096;
constexpr std::size_t kFewestRows = 1024;
constexpr std::size_t kChunkPairs = kFew * kMostRows;
constexpr std::size_t kChunkWork = 2 * kPieceWork;

/// A row meets the means of all groups and kFew groups: least work where both are as many.
std::int32_t groups_of(std::int32_t k) {
  return k < kLeastGrouped ? 0 : static_cast<std::int32_t>(std::sqrt(kFew * k));
}

/// Room for k centres by group, each group padded.
std::size_t grouped_room(std::int32_t k) {
  return static_cast<std::size_t>(k) + static_cast<std::size_t>(groups_of(k)) * kCentreStep;
}

std::size_t work_of_row(std::int32_t k, std::int32_t groups, std::size_t dims) {
  return dims * static_cast<std::size_t>(groups + kFew * (k / groups + kCentreStep));
}

}  // namespace

bool GroupedNearest::take(Arena arena, std::int32_t k) {
  const std::int32_t most = groups_of(k);
  if (!flat_.take(arena, std::max(most, std::min(k, kLeastGrouped - 1)))) return false;
  if (most == 0) return true;
  const auto groups = static_cast<std::size_t>(most);
  const auto threads = static_cast<std::size_t>(options_.threads);
  group_of_ = arena.array<std::int32_t>(static_cast<std::size_t>(k));
  members_ = arena.array<std::uint32_t>(groups);
  scores_ = arena.array<float>(static_cast<std::size_t>(k));
  means_ = arena.array<float>(groups * dims_);
  number_ = arena.array<std::int32_t>(grouped_room(k));
  start_ = arena.array<std::int32_t>(groups + 1);
  chunk_starts_ = groups + 2;
  chunk_groups_ = arena.array<std::int32_t>(threads * kChunkPairs);
  chunk_rows_ = arena.array<std::uint32_t>(threads * kChunkPairs);
  chunk_start_ = arena.array<std::uint32_t>(threads * chunk_starts_);
  tiles_ = arena.array<float>(threads * kTileScratch);
  return group_of_ != nullptr && members_ != nullptr && scores_ != nullptr && means_ != nullptr &&
         number_ != nullptr && start_ != nullptr && chunk_groups_ != nullptr &&
         chunk_rows_ != nullptr && chunk_start_ != nullptr && tiles_ != nullptr &&
         near_means_.take(arena, static_cast<std::size_t>(padded(most)), dims_) &&
         near_centres_.take(arena, grouped_room(k), dims_);
}

GroupedNearest::Chunk GroupedNearest::chunk_of(std::int32_t slot) const {
  const auto thread = static_cast<std::size_t>(slot);
  return {.groups = chunk_groups_ + thread * kChunkPairs,
          .rows = chunk_rows_ + thread * kChunkPairs,
          .start = chunk_start_ + thread * chunk_starts_,
          .tile = tiles_ + thread * kTileScratch};
}

Status GroupedNearest::prepare(const float* centres, std::int32_t k) {
  centres_ = centres;
  k_ = k;
  groups_ = groups_of(k);
  if (groups_ == 0) return {};
  const Status status = make_groups();
  return status.ok() ? order_centres() : status;
}

/// K-means of the centres, from some of them that lie evenly in their order.
Status GroupedNearest::make_groups() {
  for (std::int32_t g = 0; g < groups_; ++g) {
    const std::int64_t c = std::int64_t{g} * k_ / groups_;
    std::copy_n(centres_ + static_cast<std::size_t>(c) * dims_, dims_,
                means_ + static_cast<std::size_t>(g) * dims_);
  }
  const Rows rows{centres_, nullptr, static_cast<std::size_t>(k_)};
  Status status;
  for (std::int32_t round = 0; round < kGroupRounds && status.ok(); ++round) {
    status = flat_.find(rows, means_, groups_, scores_, group_of_);
    if (status.ok()) average_groups();
  }
  return status;
}

/// Groups become the means of their centres; those without any go.
void GroupedNearest::average_groups() {
  std::fill_n(members_, groups_, 0U);
  for (std::int32_t c = 0; c < k_; ++c) ++members_[group_of_[c]];
  std::int32_t kept = 0;
  for (std::int32_t g = 0; g < groups_; ++g) {
    if (members_[g] == 0) continue;
    members_[kept] = members_[g];
    start_[g] = kept++;  // its new number
  }
  std::fill_n(means_, static_cast<std::size_t>(kept) * dims_, 0.0F);
  for (std::int32_t c = 0; c < k_; ++c) {
    group_of_[c] = start_[group_of_[c]];
    const float share = 1 / static_cast<float>(members_[group_of_[c]]);
    const float* centre = centres_ + static_cast<std::size_t>(c) * dims_;
    float* mean = means_ + static_cast<std::size_t>(group_of_[c]) * dims_;
    for (std::size_t d = 0; d < dims_; ++d) mean[d] += share * centre[d];
  }
  groups_ = kept;
}

/// Copies the centres to where a tile meets those of a group together.
Status GroupedNearest::order_centres() {
  std::int32_t at = 0;
  for (std::int32_t g = 0; g < groups_; ++g) {
    start_[g] = at;
    at += padded(static_cast<std::int32_t>(members_[g]));
  }
  start_[groups_] = at;
  std::fill_n(number_, at, -1);
  for (std::int32_t c = k_ - 1; c >= 0; --c)
    number_[start_[group_of_[c]] + static_cast<std::int32_t>(--members_[group_of_[c]])] = c;
  for (std::int32_t g = 0; g < padded(groups_); ++g) {
    const auto place = static_cast<std::size_t>(g);
    near_means_.set(place, g < groups_ ? means_ + place * dims_ : nullptr, centres_, dims_);
  }
  return for_each(
      options_, static_cast<std::size_t>(at), dims_, [&](std::size_t place, std::int32_t) {
        const std::int32_t c = number_[place];
        near_centres_.set(place, c < 0 ? nullptr : centres_ + static_cast<std::size_t>(c) * dims_,
                          centres_, dims_);
      });
}

Status GroupedNearest::find(const Rows& rows, float* best, std::int32_t* nearest) {
  if (groups_ == 0) return flat_.find(rows, centres_, k_, best, nearest);
  const std::size_t work = work_of_row(k_, groups_, dims_);
  const std::size_t step = std::clamp(kChunkWork / work, kFewestRows, kMostRows);
  return for_each(
      options_, (rows.n + step - 1) / step, step * work, [&](std::size_t chunk, std::int32_t slot) {
        const std::size_t first = chunk * step;
        find_chunk(rows, first, std::min(step, rows.n - first), chunk_of(slot), best, nearest);
      });
}

void GroupedNearest::find_chunk(const Rows& rows, std::size_t first, std::size_t n,
                                const Chunk& chunk, float* best, std::int32_t* nearest) const {
  find_groups(rows, first, n, chunk);
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

/// The groups near to each row of a chunk.
void GroupedNearest::find_groups(const Rows& rows, std::size_t first, std::size_t n,
                                 const Chunk& chunk) const {
  float best[kFew * kTileRows];
  std::int32_t nearest[kFew * kTileRows];
  Tile task = tile(rows, near_means_, chunk.tile);
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
        chunk.groups[kFew * (from + i) + l] = nearest[i + kTileRows * l];
  }
}

/// Lowers best[i] and nearest[i] of the rows of a chunk that are near to a group.
void GroupedNearest::look_in_group(const Rows& rows, std::size_t first, std::int32_t group,
                                   const Chunk& chunk, float* best, std::int32_t* nearest) const {
  std::uint32_t ids[kTileRows];
  float tile_best[kTileRows];
  std::int32_t tile_nearest[kTileRows];
  Tile task = tile(rows, near_centres_, chunk.tile);
  task.ids = ids;
  task.begin = start_[group];
  task.end = start_[group + 1];
  task.best = tile_best;
  task.nearest = tile_nearest;
  const std::uint32_t end = chunk.start[group + 1];
  for (std::uint32_t from = chunk.start[group]; from < end; from += kTileRows) {
    const std::uint32_t* row = chunk.rows + from;
    const std::uint32_t count = std::min<std::uint32_t>(kTileRows, end - from);
    task.rows = static_cast<std::int32_t>(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      ids[i] = rows.id(first + row[i]);
      tile_best[i] = best[row[i]];
      tile_nearest[i] = -1;
    }
    tile_functions().update_nearest(task);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (tile_nearest[i] < 0) continue;
      best[row[i]] = tile_best[i];
      nearest[row[i]] = number_[tile_nearest[i]];
    }
  }
}

std::size_t grouped_memory(std::int32_t k, std::int32_t dims, const KMeansOptions& options) {
  return bytes_taken(
      [&](const Arena& counting) { GroupedNearest(dims, options).take(counting, k); });
}

}  // namespace vecext::cluster
