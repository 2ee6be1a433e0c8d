// Puts many centroids into groups, by k-means of the centroids themselves.
#pragma once

#include "core/cluster/nearest_centroid.h"

namespace vecext::cluster {

class CentroidGroups {
 public:
  CentroidGroups(std::int32_t dims, const ParallelOptions& options)
      : dims_(static_cast<std::size_t>(dims)), nearest_(dims, options) {}

  /// Reserves memory for up to k centroids in up to `groups` groups. Returns false if memory runs
  /// out.
  bool reserve(Arena arena, std::int32_t k, std::int32_t groups);

  /// Puts k centroids into at most `groups` groups, each of which has a centroid.
  Status make(const float* centroids, std::int32_t k, std::int32_t groups);

  std::int32_t count() const { return count_; }
  std::int32_t of(std::int32_t centroid) const { return group_of_[centroid]; }
  const float* mean(std::int32_t group) const {
    return means_ + static_cast<std::size_t>(group) * dims_;
  }

  /// The centroids of a group, in their order.
  std::int32_t size(std::int32_t group) const { return start_[group + 1] - start_[group]; }
  const std::int32_t* members(std::int32_t group) const { return members_ + start_[group]; }

 private:
  void average(const float* centroids, std::int32_t k);
  void sort(std::int32_t k);

  const std::size_t dims_;
  Nearest nearest_;
  std::int32_t count_ = 0;
  std::int32_t* group_of_ = nullptr;
  std::int32_t* members_ = nullptr;  // members of all groups, one group after another
  // Where the members of each group begin in members_. While groups are made, it has their sizes.
  std::int32_t* start_ = nullptr;
  float* scores_ = nullptr;  // scores of centroids, while groups are made
  float* means_ = nullptr;
};

}  // namespace vecext::cluster
