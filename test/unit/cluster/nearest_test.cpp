// Assignment: equal to a plain search in double precision, in every instruction set.
#include "core/cluster/kmeans.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "cluster/counted_arena.h"
#include "cluster/mixture.h"
#include "kernel/all_kernels.h"

namespace vecext::nearest_test {
namespace {

constexpr ParallelOptions kOneThread{.threads = 1, .stop = nullptr, .stop_context = nullptr};

double distance_squared(const float* a, const float* b, std::size_t dims) {
  double sum = 0;
  for (std::size_t d = 0; d < dims; ++d) {
    const double difference = static_cast<double>(a[d]) - static_cast<double>(b[d]);
    sum += difference * difference;
  }
  return sum;
}

struct Assignment {
  std::vector<std::int32_t> nearest;
  std::vector<float> distance;
};

Assignment assign(const std::vector<float>& x, std::size_t dims,
                  const std::vector<float>& centroids,
                  const ParallelOptions& options = kOneThread) {
  const std::size_t n = x.size() / dims;
  Assignment found{std::vector<std::int32_t>(n, -1), std::vector<float>(n, -1)};
  test::CountedArena memory;
  CHECK(assign_nearest(x.data(), n, static_cast<std::int32_t>(dims), centroids.data(),
                       static_cast<std::int32_t>(centroids.size() / dims), options, memory.arena(),
                       found.nearest.data(), found.distance.data())
            .ok());
  return found;
}

/// Rows whose centroid is farther than the nearest one by more than `tolerance` of the scale, or
/// whose distance is not that of their centroid.
int count_wrong(const std::vector<float>& x, std::size_t dims, const std::vector<float>& centroids,
                const Assignment& found, double tolerance) {
  const std::size_t k = centroids.size() / dims;
  int wrong = 0;
  for (std::size_t i = 0; i < found.nearest.size(); ++i) {
    const float* row = x.data() + i * dims;
    double least = std::numeric_limits<double>::infinity();
    double scale = 0;
    for (std::size_t c = 0; c < k; ++c) {
      const double distance = distance_squared(row, centroids.data() + c * dims, dims);
      least = std::min(least, distance);
      scale = std::max(scale, distance);
    }
    const std::int32_t chosen = found.nearest[i];
    if (chosen < 0 || static_cast<std::size_t>(chosen) >= k) {
      ++wrong;
      continue;
    }
    const double exact =
        distance_squared(row, centroids.data() + static_cast<std::size_t>(chosen) * dims, dims);
    const double reported = static_cast<double>(found.distance[i]);
    wrong += exact > least + tolerance * scale || std::abs(reported - exact) > 1e-4 * exact;
  }
  return wrong;
}

std::vector<float> normal(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> noise;
  std::vector<float> values(count);
  for (float& value : values) {
    value = noise(generator);
  }
  return values;
}

TEST_CASE("nearest centroid: equals a plain search at the edges of tiles") {
  test::for_all_kernels([] {
    for (std::size_t dims : {1, 3, 16, 17, 100, 255, 256, 257}) {
      for (std::size_t k : {1, 2, 7, 8, 9, 255, 257, 513}) {
        for (std::size_t n : {1, 2, 191, 193}) {
          CAPTURE(dims);
          CAPTURE(k);
          CAPTURE(n);
          const std::vector<float> x = normal(n * dims, 1);
          const std::vector<float> centroids = normal(k * dims, 2);
          CHECK(count_wrong(x, dims, centroids, assign(x, dims, centroids), 1e-5) == 0);
        }
      }
    }
  });
}

TEST_CASE("nearest centroid: long rows, centroids taken in several pieces") {
  test::for_all_kernels([] {
    const std::vector<float> x = normal(200 * 3072, 1);
    const std::vector<float> centroids = normal(600 * 3072, 2);
    CHECK(count_wrong(x, 3072, centroids, assign(x, 3072, centroids), 1e-5) == 0);
  });
}

TEST_CASE("nearest centroid: far from the origin") {
  const test::Mixture mixture = test::make_mixture(500, 20, 30, 5, 20000);
  test::for_all_kernels([&] {
    const Assignment found = assign(mixture.rows, 20, mixture.centroids);
    CHECK(count_wrong(mixture.rows, 20, mixture.centroids, found, 1e-5) == 0);
  });
}

TEST_CASE("nearest centroid: the lower index wins a tie") {
  test::for_all_kernels([] {
    for (std::size_t dims : {1, 5, 100, 300}) {
      const std::vector<float> half = normal(151 * dims, 1);
      std::vector<float> twice = half;
      twice.insert(twice.end(), half.begin(), half.end());
      const std::vector<float> x = normal(400 * dims, 2);
      CHECK(assign(x, dims, twice).nearest == assign(x, dims, half).nearest);
    }
  });
}

TEST_CASE("nearest centroid: the same on any number of threads") {
  const std::vector<float> x = normal(3000 * 40, 1);
  const std::vector<float> centroids = normal(300 * 40, 2);
  const Assignment one = assign(x, 40, centroids);
  for (std::int32_t threads : {2, 3}) {
    ParallelOptions options = kOneThread;
    options.threads = threads;
    const Assignment more = assign(x, 40, centroids, options);
    CHECK(more.nearest == one.nearest);
    CHECK(more.distance == one.distance);
  }
}

TEST_CASE("nearest centroid: distances need not be asked for, nor rows be there") {
  const std::vector<float> x = normal(10 * 4, 1);
  const std::vector<float> centroids = normal(3 * 4, 2);
  std::vector<std::int32_t> nearest(10);
  test::CountedArena memory;
  CHECK(assign_nearest(x.data(), 10, 4, centroids.data(), 3, kOneThread, memory.arena(),
                       nearest.data(), nullptr)
            .ok());
  CHECK(nearest == assign(x, 4, centroids).nearest);
  CHECK(assign_nearest(nullptr, 0, 4, centroids.data(), 3, kOneThread, memory.arena(), nullptr,
                       nullptr)
            .ok());
}

TEST_CASE("nearest centroid: squares beyond float still give some centroid") {
  const std::vector<float> x{3e38F, -3e38F, 0, 1};
  const std::vector<float> centroids{-3e38F, 3e38F, 5};
  test::for_all_kernels([&] {
    for (std::int32_t c : assign(x, 1, centroids).nearest) {
      CHECK(c >= 0);
      CHECK(c < 3);
    }
  });
}

TEST_CASE("nearest centroid: refused memory, at any request") {
  const std::vector<float> x = normal(10 * 4, 1);
  const std::vector<float> centroids = normal(3 * 4, 2);
  std::vector<std::int32_t> nearest(10);
  const std::size_t refused = test::refuse_each_request([&](Arena arena) {
    return assign_nearest(x.data(), 10, 4, centroids.data(), 3, kOneThread, arena, nearest.data(),
                          nullptr);
  });
  CHECK(refused == 4);
}

}  // namespace
}  // namespace vecext::nearest_test
