// Finds leaders by k-means, and divides those that have too many rows.
#include "core/graph/external/shard_plan.h"

#include <algorithm>

#include "core/graph/construct/workspace.h"
#include "core/kernel/kernel.h"

namespace vecext::graph {
namespace {

/// How full a shard is planned to be, and how full it may be at most, as shares of the most rows.
/// Shards are not filled, as they are uneven and the sample errs.
constexpr double kFilled = 0.6;
constexpr double kFull = 0.9;
/// How many rows the sample has for each leader.
constexpr std::size_t kRowsPerLeader = 64;
/// How many times the shards that are too large are divided at most.
constexpr int kMostRounds = 12;
/// How many leaders a row is compared with at once.
constexpr std::int32_t kTogether = 16;

}  // namespace

bool ShardPlan::reserve(Arena arena, std::int32_t most) {
  most_ = most;
  leaders_ = arena.array<float>(static_cast<std::size_t>(most) * static_cast<std::size_t>(dims_));
  return leaders_ != nullptr;
}

Places ShardPlan::places(const float* x) const {
  const auto l2_squared_many = kernel::active().f32.l2_squared_many;
  const auto dims = static_cast<std::size_t>(dims_);
  Places places{{0, kNoShard}};
  float best[2] = {__builtin_inff(), __builtin_inff()};
  for (std::int32_t first = 0; first < count_; first += kTogether) {
    float distance[kTogether];
    const std::int32_t met = std::min(kTogether, count_ - first);
    l2_squared_many(x, leaders_ + static_cast<std::size_t>(first) * dims, dims * sizeof(float),
                    static_cast<std::size_t>(met), dims, distance);
    for (std::int32_t i = 0; i < met; ++i) {
      const auto shard = static_cast<std::uint16_t>(first + i);
      if (distance[i] < best[0]) {
        places.shard[1] = best[0] < __builtin_inff() ? places.shard[0] : kNoShard;
        best[1] = best[0];
        places.shard[0] = shard;
        best[0] = distance[i];
      } else if (distance[i] < best[1]) {
        places.shard[1] = shard;
        best[1] = distance[i];
      }
    }
  }
  return places;
}

Status ShardPlan::make(const ShardSample& sample, const ParallelOptions& parallel,
                       Workspace scratch) {
  const auto dims = static_cast<std::size_t>(dims_);
  const double wanted =
      2 * static_cast<double>(sample.all) / (kFilled * static_cast<double>(sample.shard_rows)) + 1;
  const auto k = static_cast<std::int32_t>(std::clamp<double>(wanted, 2, most_));
  const std::size_t trained = std::min(sample.n, static_cast<std::size_t>(k) * kRowsPerLeader);
  auto* places = scratch.arena().array<Places>(sample.n);
  Workspace training = scratch;
  auto* ids = training.arena().array<std::uint32_t>(trained);
  if (ids == nullptr || places == nullptr) {
    return out_of_memory();
  }
  for (std::size_t i = 0; i < trained; ++i) {
    ids[i] = static_cast<std::uint32_t>(i * sample.n / trained);
  }
  Status status = train_kmeans(sample.x, ids, trained, dims_, training_of(parallel, k, sample.seed),
                               training.arena(), leaders_, &count_);
  for (int round = 0; round < kMostRounds && status.ok(); ++round) {
    status = for_each_stretch(parallel, sample.n, dims * static_cast<std::size_t>(count_),
                              [&](std::size_t begin, std::size_t end, std::int32_t) {
                                for (std::size_t i = begin; i < end; ++i) {
                                  places[i] = this->places(sample.x + i * dims);
                                }
                              });
    std::uint32_t rows[kMostShards] = {};
    for (std::size_t i = 0; i < sample.n && status.ok(); ++i) {
      for (const std::uint16_t shard : places[i].shard) {
        if (shard != kNoShard) {
          ++rows[shard];
        }
      }
    }
    const std::int32_t before = count_;
    for (std::int32_t leader = 0; leader < before && status.ok(); ++leader) {
      const double expected = static_cast<double>(rows[leader]) * static_cast<double>(sample.all) /
                              static_cast<double>(sample.n);
      if (expected > kFull * static_cast<double>(sample.shard_rows) && count_ < most_) {
        status = split(sample, places, leader, parallel, scratch);
      }
    }
    if (count_ == before) {
      break;
    }
  }
  return status;
}

/// Replaces a leader by two leaders, unless all its rows are equal.
Status ShardPlan::split(const ShardSample& sample, const Places* places, std::int32_t leader,
                        const ParallelOptions& parallel, Workspace scratch) {
  const auto dims = static_cast<std::size_t>(dims_);
  const auto is_home = [leader](Places p) { return p.shard[0] == leader; };
  const auto all = static_cast<std::size_t>(std::count_if(places, places + sample.n, is_home));
  std::uint32_t ids[2 * kRowsPerLeader];
  std::size_t n = 0;
  for (std::size_t i = 0, at = 0; i < sample.n && n < std::min(all, 2 * kRowsPerLeader); ++i) {
    if (is_home(places[i]) && at++ >= n * all / (2 * kRowsPerLeader)) {
      ids[n++] = static_cast<std::uint32_t>(i);
    }
  }
  float* two = scratch.arena().array<float>(2 * dims);
  if (two == nullptr) {
    return out_of_memory();
  }
  std::int32_t made = 0;
  VECEXT_TRY(train_kmeans(sample.x, ids, n, dims_, training_of(parallel, 2, sample.seed),
                          scratch.arena(), two, &made));
  if (n == 0 || made < 2) {
    return {};
  }
  std::copy_n(two, dims, leaders_ + static_cast<std::size_t>(leader) * dims);
  std::copy_n(two + dims, dims, leaders_ + static_cast<std::size_t>(count_) * dims);
  ++count_;
  return {};
}

}  // namespace vecext::graph
