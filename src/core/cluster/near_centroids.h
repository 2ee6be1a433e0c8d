// Finds the nearest of many centroids for rows whose former centroid is known, as in training. The
// new centroid of a row is looked for among the centroids near to its former centroid. Centroids
// are put into small groups by k-means, and all rows whose former centroids are in one group are
// compared with the centroids nearest to the group's mean, in whole tiles. A row is compared with
// the same number of centroids however many there are, and is read once.
#pragma once

#include "core/cluster/centroid_groups.h"
#include "core/cluster/nearest_centroid.h"
#include "core/cluster/tile.h"

namespace vecext::cluster {

class NearCentroids {
 public:
  /// The most centroids that a row is compared with.
  static constexpr std::int32_t kMet = 192;

  NearCentroids(std::int32_t dims, const ParallelOptions& options)
      : dims_(static_cast<std::size_t>(dims)), options_(options), groups_(dims, options) {}

  /// Reserves memory for up to k centroids, k > kMet. Returns false if memory runs out.
  bool reserve(Arena arena, std::int32_t k);

  /// Prepares k centroids for find(). They must not change until the last call of find().
  Status prepare(const float* centroids, std::int32_t k);

  /// Sets nearest[i] to the nearest centroid of row i, given start[i], a centroid near to row i.
  /// `start` may be `nearest`. Also sets best[i], whose unit is not defined. `order` has room for a
  /// number for each row.
  Status find(const Rows& rows, const std::int32_t* start, std::uint32_t* order, float* best,
              std::int32_t* nearest);

 private:
  Status find_near();
  void find_near_of(std::int32_t group, float* distances, std::int32_t* groups);
  void sort_by_group(std::size_t n, const std::int32_t* start, std::uint32_t* order);
  void find_stretch(const Rows& rows, const std::uint32_t* row, std::size_t n, std::int32_t group,
                    std::int32_t slot, float* best, std::int32_t* nearest) const;

  const std::size_t dims_;
  const ParallelOptions& options_;
  CentroidGroups groups_;
  const float* centroids_ = nullptr;
  std::int32_t met_ = 0;  // centroids that a row is compared with
  std::size_t most_groups_ = 0;
  std::int32_t* near_ = nullptr;   // kMet centroids for each group, first those of the nearest
                                   // groups; -1 after the last centroid
  std::uint32_t* rows_ = nullptr;  // where the rows of each group begin in find()'s order
  // These are by thread:
  ReadyCentroids ready_;  // kMet centroids
  float* tiles_ = nullptr;
  float* distances_ = nullptr;  // distances of a group to all groups
  std::int32_t* by_distance_ = nullptr;
};

}  // namespace vecext::cluster
