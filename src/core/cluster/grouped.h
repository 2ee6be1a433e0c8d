// The nearest of many centres. The centres are put into groups by k-means, and a row meets those of
// the groups nearest to it alone: of k centres some 6 sqrt(k), not k. Now and then a row is given a
// centre that is a little farther than the nearest; README.md has how often.
#pragma once

#include "core/cluster/nearest.h"
#include "core/cluster/tile.h"

namespace vecext::cluster {

class GroupedNearest {
 public:
  GroupedNearest(std::int32_t dims, const KMeansOptions& options)
      : dims_(static_cast<std::size_t>(dims)), options_(options), flat_(dims, options) {}

  /// Takes the memory for up to k centres; false where there is none.
  bool take(Arena arena, std::int32_t k);

  /// Makes k centres ready, which must stay where they are, and as they are, for find().
  Status prepare(const float* centres, std::int32_t k);

  /// nearest[i] for every row; best[i], least score, is left in no defined unit.
  Status find(const Rows& rows, float* best, std::int32_t* nearest);

  /// The same where start[i] is a centre that row i is known to be near to: it meets the centres of
  /// the groups near to that one's, with all rows of its group. `start` may be `nearest`; `order`
  /// is room for as many numbers as there are rows.
  Status find_from(const Rows& rows, const std::int32_t* start, std::uint32_t* order, float* best,
                   std::int32_t* nearest);

 private:
  /// What is known of a chunk of rows, in memory of a thread.
  struct Chunk {
    std::int32_t* groups;  // near to row i: kFew, from kFew * i on
    std::uint32_t* rows;   // by group: each row kFew times
    std::uint32_t* start;  // of a group's in `rows`
    float* tile;           // kTileScratch floats
  };
  /// Rows row[0], row[1] .. row[n - 1] of some.
  struct SomeRows {
    const Rows& of;
    const std::uint32_t* row;
    std::size_t n;
  };
  /// Centres of several groups, in memory of a thread.
  struct Batch {
    ReadyCentres centres;
    std::int32_t* numbers;
    std::int32_t count;
  };
  /// Rows of a chunk at most: enough for whole tiles in most groups.
  static constexpr std::size_t kChunkRows = 4096;
  static constexpr std::size_t kChunkPairs = kFew * kChunkRows;

  Chunk chunk_of(std::int32_t slot) const;

  Status make_groups();
  void average_groups();
  Status order_centres();
  Status find_near_groups();
  void sort_by_group(std::size_t n, const std::int32_t* start, std::uint32_t* order);
  void find_chunk(const Rows& rows, std::size_t first, std::size_t n, const Chunk& chunk,
                  float* best, std::int32_t* nearest) const;
  void find_groups(const Rows& rows, std::size_t first, std::size_t n, float* scratch,
                   std::int32_t* groups) const;
  void look_in_group(const Rows& rows, std::size_t first, std::int32_t group, const Chunk& chunk,
                     float* best, std::int32_t* nearest) const;
  void look_near_group(const SomeRows& some, std::int32_t group, std::int32_t slot, float* best,
                       std::int32_t* nearest) const;
  void look_in_batch(const SomeRows& some, const Batch& batch, std::int32_t slot, float* best,
                     std::int32_t* nearest) const;
  std::size_t work_in_groups() const;
  Tile tile(const Rows& rows, const ReadyCentres& centres, float* scratch) const;

  const std::size_t dims_;
  const KMeansOptions& options_;
  Nearest flat_;  // of few centres; of groups, for centres
  const float* centres_ = nullptr;
  std::int32_t k_ = 0;
  std::int32_t groups_ = 0;              // 0: all centres are met
  std::int32_t* group_of_ = nullptr;     // of a centre
  std::uint32_t* members_ = nullptr;     // of a group; while groups are made
  float* scores_ = nullptr;              // of a centre, while groups are made
  float* means_ = nullptr;               // of groups
  ReadyCentres near_means_;              // the same for tiles
  ReadyCentres near_centres_;            // by group, each group padded
  std::int32_t* number_ = nullptr;       // of those the centre's
  std::int32_t* start_ = nullptr;        // of a group's
  std::int32_t* near_groups_ = nullptr;  // of a group kFew, nearest first; itself is among them
  std::uint32_t* group_rows_ = nullptr;  // of a group's in the order of find_from()
  // Batches of centres, a thread one, each of kTileCentres:
  ReadyCentres batches_;
  std::int32_t* batch_numbers_ = nullptr;
  // Chunks, a thread one:
  std::size_t chunk_starts_ = 0;  // room for Chunk::start
  std::int32_t* chunk_groups_ = nullptr;
  std::uint32_t* chunk_rows_ = nullptr;
  std::uint32_t* chunk_start_ = nullptr;
  float* tiles_ = nullptr;
};

/// Centres, of k, that a row meets in GroupedNearest::find_from(), about.
std::int32_t centres_met(std::int32_t k);

/// Bytes that GroupedNearest::take() takes, at most.
std::size_t grouped_memory(std::int32_t k, std::int32_t dims, const KMeansOptions& options);

}  // namespace vecext::cluster
