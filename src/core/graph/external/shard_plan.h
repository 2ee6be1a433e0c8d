// Where rows go that are too many for memory: every row comes into the shards of the two leaders
// nearest to it, so that shards overlap. The nearest one is its home.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/build/loops.h"
#include "core/graph/build/workspace.h"

namespace vecext::graph {

inline constexpr std::int32_t kMostShards = 1024;

/// The shards of a row, its home first; the second is kNoShard where there is one shard only.
struct Places {
  std::uint16_t shard[2];
};
inline constexpr std::uint16_t kNoShard = 0xFFFF;

/// What rows are divided by.
struct ShardSample {
  const float* x;  // `dims` floats a row
  std::size_t n;
  std::size_t all;         // rows that it stands for
  std::size_t shard_rows;  // of a shard, at most
  std::uint64_t seed;
};

class ShardPlan {
 public:
  explicit ShardPlan(std::int32_t dims) : dims_(dims) {}

  /// Takes the memory for so many leaders, at most kMostShards; false where there is none.
  bool take(Arena arena, std::int32_t most);

  /// Leaders such that shards are not too large, as far as the sample tells and rows differ.
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
