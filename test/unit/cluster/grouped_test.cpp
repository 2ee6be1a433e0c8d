// Assignment to many centroids by groups of them: most rows get their nearest, others one that is
// little farther.
#include "core/cluster/grouped.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "cluster/counted_arena.h"
#include "cluster/many_centroids.h"
#include "core/kernel/kernel.h"
#include "kernel/all_kernels.h"

namespace vecext::grouped_test {
namespace {

using test::kCentroids;
using test::kDims;
using test::kRows;
using test::on_threads;
using test::rows_between;

struct Assignment {
  std::vector<std::int32_t> nearest;
  double mean = 0;  // squared distance
};

/// By cluster::Nearest or cluster::GroupedNearest.
template <class Find>
Assignment assign(const test::Mixture& rows, const std::vector<float>& centroids,
                  const Find& find) {
  Assignment found{std::vector<std::int32_t>(rows.rows.size() / kDims, -1)};
  std::vector<float> best(found.nearest.size());
  REQUIRE(find(best.data(), found.nearest.data()).ok());
  const auto l2_squared = kernel::active().f32.l2_squared;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const std::int32_t c = found.nearest[i];
    REQUIRE(c >= 0);
    REQUIRE(c < kCentroids);
    const float* centroid = centroids.data() + static_cast<std::size_t>(c) * kDims;
    found.mean += l2_squared(rows.rows.data() + i * kDims, centroid, kDims) /
                  static_cast<double>(best.size());
  }
  return found;
}

Assignment assign_grouped(const test::Mixture& rows, const std::vector<float>& centroids,
                          const ParallelOptions& options, const std::uint32_t* ids = nullptr) {
  test::CountedArena memory;
  cluster::GroupedNearest grouped(kDims, options);
  REQUIRE(grouped.reserve(memory.arena(), kCentroids));
  CHECK(memory.bytes() == cluster::grouped_memory(kCentroids, kDims, options));
  REQUIRE(grouped.prepare(centroids.data(), kCentroids).ok());
  return assign(rows, centroids, [&](float* best, std::int32_t* nearest) {
    return grouped.find({rows.rows.data(), ids, rows.rows.size() / kDims}, best, nearest);
  });
}

Assignment assign_flat(const test::Mixture& rows, const std::vector<float>& centroids) {
  test::CountedArena memory;
  const ParallelOptions options = on_threads(1);
  cluster::Nearest flat(kDims, options);
  REQUIRE(flat.reserve(memory.arena(), kCentroids));
  return assign(rows, centroids, [&](float* best, std::int32_t* nearest) {
    return flat.find({rows.rows.data(), nullptr, rows.rows.size() / kDims}, centroids.data(),
                     kCentroids, best, nearest);
  });
}

std::vector<float> some_rows(const test::Mixture& rows) {
  const auto end = rows.rows.begin() + std::ptrdiff_t{kCentroids} * kDims;
  return {rows.rows.begin(), end};
}

TEST_CASE("grouped centroids: most rows have their nearest, others one little farther") {
  const test::Mixture rows = rows_between();
  const std::vector<float> centroids = some_rows(rows);
  test::for_all_kernels([&] {
    const Assignment exact = assign_flat(rows, centroids);
    const Assignment found = assign_grouped(rows, centroids, on_threads(1));
    int others = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
      others += found.nearest[i] != exact.nearest[i] ? 1 : 0;
    }
    // The centroids are rows, which have less order than trained ones.
    CHECK(others < static_cast<int>(kRows / 10));
    CHECK(found.mean < exact.mean * 1.02);
  });
}

TEST_CASE("grouped centroids: the same on any number of threads, and for rows with numbers") {
  const test::Mixture rows = rows_between();
  const std::vector<float> centroids = some_rows(rows);
  const Assignment one = assign_grouped(rows, centroids, on_threads(1));
  CHECK(assign_grouped(rows, centroids, on_threads(3)).nearest == one.nearest);
  std::vector<std::uint32_t> ids(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    ids[i] = static_cast<std::uint32_t>(i);
  }
  CHECK(assign_grouped(rows, centroids, on_threads(1), ids.data()).nearest == one.nearest);
}

TEST_CASE("grouped centroids: centroids that are all alike but for a few, and rows of no number") {
  test::Mixture rows = rows_between();
  std::vector<float> centroids(std::size_t{kCentroids} * kDims, 1.0F);
  for (std::size_t c = 0; c < 5; ++c) {
    centroids[c * 7 * kDims] = 1 + static_cast<float>(c);
  }
  rows.rows[3] = std::numeric_limits<float>::quiet_NaN();
  rows.rows[kDims + 3] = 3e38F;
  const Assignment found = assign_grouped(rows, centroids, on_threads(1));
  CHECK(found.nearest.size() == kRows);
}

TEST_CASE("grouped centroids: refused memory, at any request") {
  const ParallelOptions options = on_threads(2);
  const std::size_t refused = test::refuse_each_request([&](Arena arena) {
    const bool taken = cluster::GroupedNearest(kDims, options).reserve(arena, kCentroids);
    return Status{.code = taken ? StatusCode::kOk : StatusCode::kOutOfMemory};
  });
  CHECK(refused > 8);
}

TEST_CASE("grouped centroids: stopped between chunks of rows") {
  const test::Mixture rows = rows_between();
  const std::vector<float> centroids = some_rows(rows);
  test::CountedArena memory;
  bool is_over = false;
  ParallelOptions options = on_threads(1);
  options.stop = [](void* context, std::size_t) { return *static_cast<const bool*>(context); };
  options.stop_context = &is_over;
  cluster::GroupedNearest grouped(kDims, options);
  REQUIRE(grouped.reserve(memory.arena(), kCentroids));
  REQUIRE(grouped.prepare(centroids.data(), kCentroids).ok());
  is_over = true;
  std::vector<float> best(kRows);
  std::vector<std::int32_t> nearest(kRows);
  CHECK(grouped.find({rows.rows.data(), nullptr, kRows}, best.data(), nearest.data()).code ==
        StatusCode::kCancelled);
}

}  // namespace
}  // namespace vecext::grouped_test
