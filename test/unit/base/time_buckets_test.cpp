#include "core/base/time_buckets.h"

#include <doctest/doctest.h>

#include <cmath>

namespace vecext::time_buckets_test {
namespace {

TEST_CASE("time buckets: each duration lies between the start of its bucket and that of the next") {
  std::int32_t before = 0;
  for (double nanoseconds = 1; nanoseconds < 1e14; nanoseconds *= 1.01) {
    CAPTURE(nanoseconds);
    const std::int32_t bucket = time_bucket(static_cast<std::uint64_t>(nanoseconds));
    REQUIRE(bucket >= before);
    REQUIRE(bucket < kTimeBuckets);
    before = bucket;
    // Boundaries are rounded to whole nanoseconds, and to 11 bits.
    CHECK(nanoseconds >= start_of_bucket(bucket) * 1000 * .999 - 1);
    if (bucket + 1 < kTimeBuckets) {
      CHECK(nanoseconds <= start_of_bucket(bucket + 1) * 1000 * 1.001 + 1);
    }
  }
  CHECK(before == kTimeBuckets - 1);
  CHECK(time_bucket(0) == 0);
  CHECK(time_bucket(1023) == 0);
  CHECK(time_bucket(1024) == 1);
}

TEST_CASE("time buckets: quantiles are those of the durations, by a factor of 1.42") {
  std::uint64_t counts[kTimeBuckets] = {};
  CHECK(time_quantile(counts, .5) == 0);
  // 1,000 durations from 1 to 1,000 microseconds.
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    ++counts[time_bucket(i * 1000)];
  }
  for (const double share : {.01, .1, .5, .9, .95, .99, 1.}) {
    CAPTURE(share);
    const double ratio = time_quantile(counts, share) / (share * 1000);
    CHECK(ratio > 1 / 1.42);
    CHECK(ratio < 1.42);
  }
}

TEST_CASE("time buckets: a quantile among equal durations stays in their bucket") {
  std::uint64_t counts[kTimeBuckets] = {};
  counts[time_bucket(100000)] = 5;
  CHECK(time_quantile(counts, .01) >= start_of_bucket(time_bucket(100000)));
  CHECK(time_quantile(counts, 1) <= start_of_bucket(time_bucket(100000) + 1));
}

}  // namespace
}  // namespace vecext::time_buckets_test
