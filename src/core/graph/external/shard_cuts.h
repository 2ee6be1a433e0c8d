// How a shard of more rows than memory takes is cut into parts that are constructed one after the
// other: by its vectors, so that equal rows stay together, or as its rows came.
#pragma once

#include <cstdint>

namespace vecext::graph {

/// Parts that a shard is cut into by its vectors, at most: each reads all of its rows.
inline constexpr std::uint32_t kMostParts = 16;
/// Buckets of the hashes of vectors, of which a part has some in turn.
inline constexpr std::uint32_t kBuckets = 256;

/// Bucket of a hash.
inline std::uint32_t bucket_of(std::uint32_t hash) {
  return hash / (UINT32_MAX / kBuckets + 1);
}

/// The rows of one part: those from `first` to `end` of the shard whose vectors are in buckets from
/// `bucket` to `end_bucket`.
struct Cut {
  std::uint32_t first;
  std::uint32_t end;
  std::uint32_t n;
  std::uint32_t bucket;
  std::uint32_t end_bucket;

  bool has_all_buckets() const { return bucket == 0 && end_bucket == kBuckets; }
};

class ShardCuts {
 public:
  /// The parts of `rows` rows such that none has more than `room`, as they came.
  ShardCuts(std::uint32_t rows, std::uint32_t room)
      : rows_(rows), room_(room), count_((rows + room - 1) / room) {}

  /// Cuts by vectors, where that is possible; in_bucket[b]: the rows in bucket b.
  void use_buckets(const std::uint32_t* in_bucket);

  std::uint32_t count() const { return count_; }
  Cut at(std::uint32_t i) const;

 private:
  bool try_buckets(const std::uint32_t* in_bucket, std::uint32_t parts);

  std::uint32_t rows_;
  std::uint32_t room_;
  std::uint32_t count_;
  bool by_vector_ = false;
  Cut cuts_[kMostParts];  // by vector
};

}  // namespace vecext::graph
