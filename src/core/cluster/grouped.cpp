// Puts centroids into groups by k-means.
#include "core/cluster/grouped.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/bytes_taken.h"
#include "core/base/parallel.h"

namespace vecext::cluster {

namespace {

/// Returns how many groups k centroids have, or 0 if they are too few for groups. A row is compared
/// with the means of all groups and with the centroids of kFew groups. The work is least if these
/// are equally many.
std::int32_t groups_of(std::int32_t k) {
  return k < kLeastGrouped ? 0 : static_cast<std::int32_t>(std::sqrt(kFew * k));
}

/// Returns how many places k centroids take if those of each group are padded.
std::size_t grouped_room(std::int32_t k) {
  return static_cast<std::size_t>(k) + static_cast<std::size_t>(groups_of(k)) * kCentroidStep;
}

}  // namespace

bool GroupedNearest::reserve(Arena arena, std::int32_t k) {
  if (!flat_.reserve(arena, std::min(k, kLeastGrouped - 1))) {
    return false;
  }
  const std::int32_t most = groups_of(k);
  if (most == 0) {
    return true;
  }
  const auto groups = static_cast<std::size_t>(most);
  const auto threads = static_cast<std::size_t>(options_.threads);
  number_ = arena.array<std::int32_t>(grouped_room(k));
  start_ = arena.array<std::int32_t>(groups + 1);
  chunk_starts_ = groups + 2;
  chunk_groups_ = arena.array<std::int32_t>(threads * kChunkPairs);
  chunk_rows_ = arena.array<std::uint32_t>(threads * kChunkPairs);
  chunk_start_ = arena.array<std::uint32_t>(threads * chunk_starts_);
  tiles_ = arena.array<float>(threads * kTileScratch);
  return number_ != nullptr && start_ != nullptr && chunk_groups_ != nullptr &&
         chunk_rows_ != nullptr && chunk_start_ != nullptr && tiles_ != nullptr &&
         grouping_.reserve(arena, k, most) &&
         near_means_.reserve(arena, static_cast<std::size_t>(padded(most)), dims_) &&
         near_centroids_.reserve(arena, grouped_room(k), dims_);
}

Status GroupedNearest::prepare(const float* centroids, std::int32_t k) {
  centroids_ = centroids;
  k_ = k;
  groups_ = groups_of(k);
  if (groups_ == 0) {
    return {};
  }
  const Status status = grouping_.make(centroids, k, groups_);
  groups_ = grouping_.count();
  return status.ok() ? order_centroids() : status;
}

/// Copies the centroids so that the centroids of a group lie next to each other.
Status GroupedNearest::order_centroids() {
  std::int32_t at = 0;
  for (std::int32_t g = 0; g < groups_; ++g) {
    start_[g] = at;
    std::fill_n(number_ + at, padded(grouping_.size(g)), -1);
    std::copy_n(grouping_.members(g), grouping_.size(g), number_ + at);
    at += padded(grouping_.size(g));
  }
  start_[groups_] = at;
  for (std::int32_t g = 0; g < padded(groups_); ++g) {
    near_means_.set(static_cast<std::size_t>(g), g < groups_ ? grouping_.mean(g) : nullptr,
                    centroids_, dims_);
  }
  return for_each(
      options_, static_cast<std::size_t>(at), dims_, [&](std::size_t place, std::int32_t) {
        const std::int32_t c = number_[place];
        near_centroids_.set(place,
                            c < 0 ? nullptr : centroids_ + static_cast<std::size_t>(c) * dims_,
                            centroids_, dims_);
      });
}

std::size_t grouped_memory(std::int32_t k, std::int32_t dims, const ParallelOptions& options) {
  return bytes_taken(
      [&](const Arena& counting) { GroupedNearest(dims, options).reserve(counting, k); });
}

}  // namespace vecext::cluster
