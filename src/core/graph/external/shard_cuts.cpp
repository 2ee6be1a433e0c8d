#include "core/graph/external/shard_cuts.h"

#include <algorithm>

namespace vecext::graph {

/// Tries more parts than the rows need, since buckets are uneven. If twice as many parts are not
/// enough, too many rows are equal to fit in one part.
void ShardCuts::use_buckets(const std::uint32_t* in_bucket) {
  const std::uint32_t most = std::min(2 * count_, kMostParts);
  for (std::uint32_t parts = count_; parts <= most && !by_vector_; ++parts) {
    by_vector_ = try_buckets(in_bucket, parts);
    count_ = by_vector_ ? parts : count_;
  }
}

/// Makes parts of about equal size from consecutive buckets. Returns false if a part has more rows
/// than there is room for.
bool ShardCuts::try_buckets(const std::uint32_t* in_bucket, std::uint32_t parts) {
  std::uint32_t bucket = 0;
  std::uint64_t rows = 0;  // rows in the buckets before
  for (std::uint32_t i = 0; i < parts; ++i) {
    const std::uint64_t until = std::uint64_t{i + 1} * rows_ / parts;
    Cut& cut = cuts_[i];
    cut = {0, rows_, 0, bucket, bucket};
    for (; bucket < kBuckets && (rows < until || i + 1 == parts); ++bucket) {
      rows += in_bucket[bucket];
      cut.n += in_bucket[bucket];
    }
    cut.end_bucket = bucket;
    if (cut.n == 0 || cut.n > room_) {
      return false;
    }
  }
  return true;
}

Cut ShardCuts::at(std::uint32_t i) const {
  if (by_vector_) {
    return cuts_[i];
  }
  const auto begin = [&](std::uint64_t part) {
    return static_cast<std::uint32_t>(part * rows_ / count_);
  };
  return {begin(i), begin(i + 1), begin(i + 1) - begin(i), 0, kBuckets};
}

}  // namespace vecext::graph
