// The nearest of many centroids for rows whose centroid was known before.
#include "core/cluster/near_centroids.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "cluster/counted_arena.h"
#include "cluster/many_centroids.h"
#include "core/kernel/kernel.h"

namespace vecext::near_centroids_test {
namespace {

using test::kCentroids;
using test::kDims;
using test::kRows;
using test::on_threads;
using test::rows_between;

std::vector<float> some_rows(const test::Mixture& rows) {
  const auto end = rows.rows.begin() + std::ptrdiff_t{kCentroids} * kDims;
  return {rows.rows.begin(), end};
}

/// `start` and what it becomes may be one array; here they are.
std::vector<std::int32_t> find(const test::Mixture& rows, const std::vector<float>& centroids,
                               std::int32_t threads, std::vector<std::int32_t> start) {
  const ParallelOptions options = on_threads(threads);
  test::CountedArena memory;
  cluster::NearCentroids near(kDims, options);
  const auto k = static_cast<std::int32_t>(centroids.size() / kDims);
  REQUIRE(near.reserve(memory.arena(), k));
  REQUIRE(near.prepare(centroids.data(), k).ok());
  std::vector<std::uint32_t> order(kRows);
  std::vector<float> best(kRows);
  REQUIRE(near.find({rows.rows.data(), nullptr, kRows}, start.data(), order.data(), best.data(),
                    start.data())
              .ok());
  return start;
}

std::vector<std::int32_t> find_exact(const test::Mixture& rows,
                                     const std::vector<float>& centroids) {
  const ParallelOptions options = on_threads(1);
  test::CountedArena memory;
  const auto k = static_cast<std::int32_t>(centroids.size() / kDims);
  cluster::Nearest flat(kDims, options);
  REQUIRE(flat.reserve(memory.arena(), k));
  std::vector<float> best(kRows);
  std::vector<std::int32_t> nearest(kRows);
  REQUIRE(flat.find({rows.rows.data(), nullptr, kRows}, centroids.data(), k, best.data(),
                    nearest.data())
              .ok());
  return nearest;
}

double mean_distance(const test::Mixture& rows, const std::vector<float>& centroids,
                     const std::vector<std::int32_t>& nearest) {
  double mean = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    mean += kernel::active().f32.l2_squared(
                rows.rows.data() + i * kDims,
                centroids.data() + static_cast<std::size_t>(nearest[i]) * kDims, kDims) /
            static_cast<double>(kRows);
  }
  return mean;
}

TEST_CASE("near centroids: the nearest is found from a centroid that is near") {
  const test::Mixture rows = rows_between();
  const std::vector<float> centroids = some_rows(rows);
  const std::vector<std::int32_t> exact = find_exact(rows, centroids);
  CHECK(find(rows, centroids, 1, exact) == exact);

  // From the nearest of two thirds of them.
  std::vector<float> most(centroids.begin(),
                          centroids.end() - std::ptrdiff_t{kCentroids / 3} * kDims);
  const std::vector<std::int32_t> neighbor = find_exact(rows, most);
  const std::vector<std::int32_t> found = find(rows, centroids, 1, neighbor);
  const double nearest = mean_distance(rows, centroids, exact);
  CHECK(mean_distance(rows, centroids, neighbor) > 1.1 * nearest);
  CHECK(mean_distance(rows, centroids, found) < 1.05 * nearest);
}

TEST_CASE(
    "near centroids: from one that is far the next time is nearer, on any number of threads") {
  const test::Mixture rows = rows_between();
  const std::vector<float> centroids = some_rows(rows);
  const std::vector<std::int32_t> exact = find_exact(rows, centroids);
  std::vector<std::int32_t> start(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    start[i] = exact[i * 7 % kRows];
  }
  const std::vector<std::int32_t> far = find(rows, centroids, 1, start);
  CHECK(mean_distance(rows, centroids, far) > 1.1 * mean_distance(rows, centroids, exact));
  const std::vector<std::int32_t> again = find(rows, centroids, 1, far);
  CHECK(mean_distance(rows, centroids, again) < mean_distance(rows, centroids, far));
  CHECK(find(rows, centroids, 3, far) == again);
}

TEST_CASE("near centroids: alike but for a few, fewer groups than are met, rows of no number") {
  test::Mixture rows = rows_between();
  rows.rows[3] = std::numeric_limits<float>::quiet_NaN();
  rows.rows[kDims + 3] = 3e38F;
  for (const std::size_t k : {std::size_t{kCentroids}, std::size_t{16}}) {
    std::vector<float> centroids(k * kDims, 1.0F);
    for (std::size_t c = 0; c < 5; ++c) {
      centroids[c * 3 * kDims] = 1 + static_cast<float>(c);
    }
    for (const std::int32_t c : find(rows, centroids, 2, std::vector<std::int32_t>(kRows, 1))) {
      CHECK(c >= 0);
      CHECK(static_cast<std::size_t>(c) < k);
    }
  }
}

TEST_CASE("near centroids: refused memory, at any request") {
  const ParallelOptions options = on_threads(2);
  const std::size_t refused = test::refuse_each_request([&](Arena arena) {
    const bool taken = cluster::NearCentroids(kDims, options).reserve(arena, kCentroids);
    return Status{.code = taken ? StatusCode::kOk : StatusCode::kOutOfMemory};
  });
  CHECK(refused > 8);
}

}  // namespace
}  // namespace vecext::near_centroids_test
