// Cuts a shard of more rows than memory takes into parts that are constructed one after another.
// The shard is cut by hashes of vectors, so that equal rows stay together, or else in the order of
// its rows.
#pragma once

#include <cstdint>

namespace vecext::graph {

/// The most parts of a shard that is cut by vectors. Each part reads all rows of the shard.
inline constexpr std::uint32_t kMostParts = 16;
/// The number of buckets that the hashes of vectors are in. A part has some consecutive buckets.
inline constexpr std::uint32_t kBuckets = 256;

/// Returns the bucket of a hash.
inline std::uint32_t bucket_of(std::uint32_t hash) {
  return hash / (UINT32_MAX / kBuckets + 1);
}

/// The rows of one part. They are among the shard's rows from `first` up to `end`, and their
/// vectors are in the buckets from `bucket` up to `end_bucket`. There are n of them.
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
  /// Cuts `rows` rows into parts of at most `room` rows, in their order.
  ShardCuts(std::uint32_t rows, std::uint32_t room)
      : rows_(rows), room_(room), count_((rows + room - 1) / room) {}

  /// Cuts by vectors instead, if that gives at most kMostParts parts that fit. in_bucket[b] is the
  /// number of rows in bucket b.
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
