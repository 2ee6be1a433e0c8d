#include "core/cluster/centroid_groups.h"

#include <algorithm>

namespace vecext::cluster {

namespace {

/// How many Lloyd rounds place the groups.
constexpr std::int32_t kRounds = 4;

}  // namespace

bool CentroidGroups::reserve(Arena arena, std::int32_t k, std::int32_t groups) {
  group_of_ = arena.array<std::int32_t>(static_cast<std::size_t>(k));
  members_ = arena.array<std::int32_t>(static_cast<std::size_t>(k));
  scores_ = arena.array<float>(static_cast<std::size_t>(k));
  start_ = arena.array<std::int32_t>(static_cast<std::size_t>(groups) + 2);
  means_ = arena.array<float>(static_cast<std::size_t>(groups) * dims_);
  return group_of_ != nullptr && members_ != nullptr && scores_ != nullptr && start_ != nullptr &&
         means_ != nullptr && nearest_.reserve(arena, groups);
}

/// Puts centroids into groups by Lloyd rounds. As their first means the groups get centroids at
/// even intervals.
Status CentroidGroups::make(const float* centroids, std::int32_t k, std::int32_t groups) {
  count_ = groups;
  for (std::int32_t g = 0; g < groups; ++g) {
    const std::int64_t c = std::int64_t{g} * k / groups;
    std::copy_n(centroids + static_cast<std::size_t>(c) * dims_, dims_,
                means_ + static_cast<std::size_t>(g) * dims_);
  }
  const Rows rows{centroids, nullptr, static_cast<std::size_t>(k)};
  for (std::int32_t round = 0; round < kRounds; ++round) {
    VECEXT_TRY(nearest_.find(rows, means_, count_, scores_, group_of_));
    average(centroids, k);
  }
  sort(k);
  return {};
}

/// Moves groups to the means of their centroids, and removes groups without centroids.
void CentroidGroups::average(const float* centroids, std::int32_t k) {
  std::int32_t* const size = start_;
  std::fill_n(size, count_, 0);
  for (std::int32_t c = 0; c < k; ++c) {
    ++size[group_of_[c]];
  }
  std::int32_t* const number = members_;  // by group: its new number
  std::int32_t kept = 0;
  for (std::int32_t g = 0; g < count_; ++g) {
    if (size[g] == 0) {
      continue;
    }
    size[kept] = size[g];
    number[g] = kept++;
  }
  std::fill_n(means_, static_cast<std::size_t>(kept) * dims_, 0.0F);
  for (std::int32_t c = 0; c < k; ++c) {
    group_of_[c] = number[group_of_[c]];
    const float share = 1 / static_cast<float>(size[group_of_[c]]);
    const float* centroid = centroids + static_cast<std::size_t>(c) * dims_;
    float* mean = means_ + static_cast<std::size_t>(group_of_[c]) * dims_;
    for (std::size_t d = 0; d < dims_; ++d) {
      mean[d] += share * centroid[d];
    }
  }
  count_ = kept;
}

/// Lists the centroids of each group.
void CentroidGroups::sort(std::int32_t k) {
  std::fill_n(start_, count_ + 2, 0);
  for (std::int32_t c = 0; c < k; ++c) {
    ++start_[group_of_[c] + 2];
  }
  for (std::int32_t g = 0; g < count_; ++g) {
    start_[g + 2] += start_[g + 1];
  }
  for (std::int32_t c = 0; c < k; ++c) {
    members_[start_[group_of_[c] + 1]++] = c;
  }
}

}  // namespace vecext::cluster
