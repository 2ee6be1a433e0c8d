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

/// A row meets the means of all groups and kFew groups: least work where both are as many.
std::int32_t groups_of(std::int32_t k) {
  return k < kLeastGrouped ? 0 : static_cast<std::int32_t>(std::sqrt(kFew * k));
}

/// Room for k centres by group, each group padded.
std::size_t grouped_room(std::int32_t k) {
  return static_cast<std::size_t>(k) + static_cast<std::size_t>(groups_of(k)) * kCentreStep;
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
  near_groups_ = arena.array<std::int32_t>(groups * kFew);
  group_rows_ = arena.array<std::uint32_t>(groups + 2);
  batch_numbers_ = arena.array<std::int32_t>(threads * kTileCentres);
  return group_of_ != nullptr && members_ != nullptr && scores_ != nullptr && means_ != nullptr &&
         number_ != nullptr && start_ != nullptr && chunk_groups_ != nullptr &&
         chunk_rows_ != nullptr && chunk_start_ != nullptr && tiles_ != nullptr &&
         near_groups_ != nullptr && group_rows_ != nullptr && batch_numbers_ != nullptr &&
         batches_.take(arena, threads * kTileCentres, dims_) &&
         near_means_.take(arena, static_cast<std::size_t>(padded(most)), dims_) &&
         near_centres_.take(arena, grouped_room(k), dims_);
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

std::int32_t centres_met(std::int32_t k) {
  return k < kLeastGrouped ? k : kFew * (k / groups_of(k) + kCentreStep);
}

std::size_t grouped_memory(std::int32_t k, std::int32_t dims, const KMeansOptions& options) {
  return bytes_taken(
      [&](const Arena& counting) { GroupedNearest(dims, options).take(counting, k); });
}

}  // namespace vecext::cluster
