// Finds the nearest of many centroids. The centroids are put into groups by k-means, and a row is
// compared only with the centroids of the groups nearest to it: with some 6 sqrt(k) of k centroids.
// Some rows get a centroid that is a little farther than the nearest centroid
// (docs/experiments/kmeans.md says how many).
#pragma once

#include "core/cluster/centroid_groups.h"
#include "core/cluster/nearest_centroid.h"
#include "core/cluster/tile.h"

namespace vecext::cluster {

class GroupedNearest {
 public:
  GroupedNearest(std::int32_t dims, const ParallelOptions& options)
      : dims_(static_cast<std::size_t>(dims)),
        options_(options),
        flat_(dims, options),
        grouping_(dims, options) {}

  /// Reserves memory for up to k centroids. Returns false if memory runs out.
  bool reserve(Arena arena, std::int32_t k);

  /// Prepares k centroids for find(). They must not change until the last call of find().
  Status prepare(const float* centroids, std::int32_t k);

  /// Sets nearest[i] to the nearest centroid of row i, and best[i] to the score of that centroid,
  /// whose unit is not defined.
  Status find(const Rows& rows, float* best, std::int32_t* nearest);

 private:
  /// A chunk of rows while it is compared, in the memory of a thread.
  struct Chunk {
    std::int32_t* groups;  // for each row of the chunk, the kFew groups nearest to it
    std::uint32_t* rows;   // rows of the chunk by group; each row is there kFew times
    std::uint32_t* start;  // where the rows of a group begin in `rows`
    float* tile;           // kTileScratch floats
  };
  /// The most rows of a chunk: enough for whole tiles in most groups.
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::size_t kChunkPairs = kFew * kChunkRows;

  Chunk chunk_of(std::int32_t slot) const;

  Status order_centroids();
  void find_chunk(const Rows& rows, std::size_t first, std::size_t n, const Chunk& chunk,
                  float* best, std::int32_t* nearest) const;
  void find_groups(const Rows& rows, std::size_t first, std::size_t n, float* scratch,
                   std::int32_t* groups) const;
  void look_in_group(const Rows& rows, std::size_t first, std::int32_t group, const Chunk& chunk,
                     float* best, std::int32_t* nearest) const;
  std::size_t work_in_groups() const;
  Tile tile(const Rows& rows, const ReadyCentroids& centroids, float* scratch) const;

  const std::size_t dims_;
  const ParallelOptions& options_;
  Nearest flat_;  // used if there are few centroids
  CentroidGroups grouping_;
  const float* centroids_ = nullptr;
  std::int32_t k_ = 0;
  std::int32_t groups_ = 0;         // 0 if rows are compared with all centroids
  ReadyCentroids near_means_;       // the means of groups
  ReadyCentroids near_centroids_;   // by group; each group is padded
  std::int32_t* number_ = nullptr;  // by place in near_centroids_: the number of the centroid
  std::int32_t* start_ = nullptr;   // where each group begins
  // One chunk for each thread:
  std::size_t chunk_starts_ = 0;  // room for Chunk::start
  std::int32_t* chunk_groups_ = nullptr;
  std::uint32_t* chunk_rows_ = nullptr;
  std::uint32_t* chunk_start_ = nullptr;
  float* tiles_ = nullptr;
};

/// If there are fewer centroids than this, rows are compared with all of them.
inline constexpr std::int32_t kLeastGrouped = 512;

/// Returns the most bytes that GroupedNearest::reserve() takes.
std::size_t grouped_memory(std::int32_t k, std::int32_t dims, const ParallelOptions& options);

}  // namespace vecext::cluster
