// The nearest of many centroids. The centroids are put into groups by k-means, and a row meets
// those of the groups nearest to it alone: of k centroids some 6 sqrt(k), not k. Now and then a row
// is given a centroid that is a little farther than the nearest; README.md has how often.
#pragma once

#include "core/cluster/centroid_groups.h"
#include "core/cluster/nearest.h"
#include "core/cluster/tile.h"

namespace vecext::cluster {

class GroupedNearest {
 public:
  GroupedNearest(std::int32_t dims, const ParallelOptions& options)
      : dims_(static_cast<std::size_t>(dims)),
        options_(options),
        flat_(dims, options),
        grouping_(dims, options) {}

  /// Takes the memory for up to k centroids; false where there is none.
  bool take(Arena arena, std::int32_t k);

  /// Makes k centroids ready, which must stay where they are, and as they are, for find().
  Status prepare(const float* centroids, std::int32_t k);

  /// nearest[i] for every row; best[i], least score, is left in no defined unit.
  Status find(const Rows& rows, float* best, std::int32_t* nearest);

 private:
  /// What is known of a chunk of rows, in memory of a thread.
  struct Chunk {
    std::int32_t* groups;  // near to row i: kFew, from kFew * i on
    std::uint32_t* rows;   // by group: each row kFew times
    std::uint32_t* start;  // of a group's in `rows`
    float* tile;           // kTileScratch floats
  };
  /// Rows of a chunk at most: enough for whole tiles in most groups.
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
  Nearest flat_;  // of few centroids
  CentroidGroups grouping_;
  const float* centroids_ = nullptr;
  std::int32_t k_ = 0;
  std::int32_t groups_ = 0;         // 0: all centroids are met
  ReadyCentroids near_means_;       // of groups
  ReadyCentroids near_centroids_;   // by group, each group padded
  std::int32_t* number_ = nullptr;  // of those the centroid's
  std::int32_t* start_ = nullptr;   // of a group's
  // Chunks, a thread one:
  std::size_t chunk_starts_ = 0;  // room for Chunk::start
  std::int32_t* chunk_groups_ = nullptr;
  std::uint32_t* chunk_rows_ = nullptr;
  std::uint32_t* chunk_start_ = nullptr;
  float* tiles_ = nullptr;
};

/// Fewer centroids than this are all met.
inline constexpr std::int32_t kLeastGrouped = 512;

/// Bytes that GroupedNearest::take() takes, at most.
std::size_t grouped_memory(std::int32_t k, std::int32_t dims, const ParallelOptions& options);

}  // namespace vecext::cluster
