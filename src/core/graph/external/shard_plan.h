// Divides rows into overlapping shards: every row goes to the shards of the two leaders nearest to
// it. The shard of the nearest leader is its home.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/stoppable_loops.h"
#include "core/graph/construct/workspace.h"

namespace vecext::graph {

inline constexpr std::int32_t kMostShards = 1024;

/// The two shards of a row, its home first. The second is kNoShard if there is only one shard.
struct Places {
  std::uint16_t shard[2];
};
inline constexpr std::uint16_t kNoShard = 0xFFFF;

/// The sample of rows that shards are planned with.
struct ShardSample {
  const float* x;  // `dims` floats for each row
  std::size_t n;
  std::size_t all;         // how many rows there are, with those outside the sample
  std::size_t shard_rows;  // the most rows of a shard
  std::uint64_t seed;
};

class ShardPlan {
 public:
  explicit ShardPlan(std::int32_t dims) : dims_(dims) {}

  /// Reserves memory for `most` leaders, at most kMostShards. Returns false if memory runs out.
  bool reserve(Arena arena, std::int32_t most);

  /// Chooses leaders so that no shard has too many rows. Where the sample does not show it, or
  /// where rows are equal, a shard may still have too many.
  Status make(const ShardSample& sample, const ParallelOptions& parallel, Workspace scratch);

  std::int32_t shards() const { return count_; }
  Places places(const float* x) const;

 private:
  Status split(const ShardSample& sample, const Places* places, std::int32_t leader,
               const ParallelOptions& parallel, Workspace scratch);

  const std::int32_t dims_;
  std::int32_t most_ = 0;
  std::int32_t count_ = 0;
  float* leaders_ = nullptr;
};

}  // namespace vecext::graph
