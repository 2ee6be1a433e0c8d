// Buckets of durations on a logarithmic scale, two for each doubling. A quantile that is read from
// them is off by a factor of 1.42 at most, from a microsecond up to nine minutes.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace vecext {

/// How many buckets there are. The last one has all durations from 2^29 microseconds on.
inline constexpr std::int32_t kTimeBuckets = 60;

/// Returns the bucket of a duration in nanoseconds, from 0 to kTimeBuckets - 1. Bucket 0 has
/// durations below a microsecond of 1,024 nanoseconds, and each later bucket begins where the one
/// before ends.
constexpr std::int32_t time_bucket(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kRoot = 1448;  // 1,024 times the square root of 2
  const std::uint64_t units = nanoseconds >> 10;
  if (units == 0) {
    return 0;
  }
  const std::int32_t doublings = std::bit_width(units) - 1;
  const bool is_upper = (nanoseconds >> doublings) >= kRoot;
  const std::int32_t bucket = 1 + 2 * doublings + (is_upper ? 1 : 0);
  return bucket < kTimeBuckets ? bucket : kTimeBuckets - 1;
}

/// Returns where a bucket begins, in microseconds. `bucket` may be kTimeBuckets, where none begins.
inline double start_of_bucket(std::int32_t bucket) {
  return bucket == 0 ? 0 : 1.024 * std::exp2(0.5 * (bucket - 1));
}

/// Returns the duration in microseconds that the share `share` of all durations does not exceed,
/// as if durations were spread evenly over their bucket. counts[i] is the number of durations in
/// bucket i. Returns 0 if all counts are 0.
inline double time_quantile(const std::uint64_t* counts, double share) {
  double all = 0;
  for (std::int32_t i = 0; i < kTimeBuckets; ++i) {
    all += static_cast<double>(counts[i]);
  }
  double left = all * share;
  for (std::int32_t i = 0; i < kTimeBuckets; ++i) {
    const auto count = static_cast<double>(counts[i]);
    if (count > 0 && left <= count) {
      const double start = start_of_bucket(i);
      return start + (start_of_bucket(i + 1) - start) * left / count;
    }
    left -= count;
  }
  return 0;
}

}  // namespace vecext
