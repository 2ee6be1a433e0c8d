// Training: what its centroids always are, how good they are, and how it ends early.
#include "core/cluster/kmeans.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "cluster/counted_arena.h"
#include "cluster/mixture.h"
#include "core/cluster/move_rows.h"
#include "core/kernel/kernel.h"

namespace vecext::kmeans_test {
namespace {

using Row = std::vector<float>;

KMeansOptions options_of(std::int32_t k, std::int32_t rounds = 2, std::int32_t threads = 1) {
  return {.k = k, .rounds = rounds, .seed = 42, .parallel = {threads, nullptr, nullptr}};
}

std::vector<Row> split(const std::vector<float>& x, std::size_t dims) {
  std::vector<Row> rows;
  for (auto at = x.begin(); at != x.end(); at += static_cast<std::ptrdiff_t>(dims)) {
    rows.emplace_back(at, at + static_cast<std::ptrdiff_t>(dims));
  }
  return rows;
}

/// The centroids, after checks of what holds for all: as many as asked for or as there are distinct
/// rows, all distinct and finite, within the memory announced.
std::vector<float> train(const std::vector<float>& x, std::size_t dims,
                         const KMeansOptions& options) {
  std::vector<float> centroids(static_cast<std::size_t>(options.k) * dims);
  std::int32_t made = -1;
  const std::size_t n = x.size() / dims;
  const auto width = static_cast<std::int32_t>(dims);
  test::CountedArena memory;
  const Status status =
      train_kmeans(x.data(), n, width, options, memory.arena(), centroids.data(), &made);
  REQUIRE(status.ok());
  CHECK(memory.bytes() <= kmeans_memory(n, width, options));

  const std::vector<Row> rows = split(x, dims);
  const std::size_t distinct = std::set<Row>(rows.begin(), rows.end()).size();
  REQUIRE(static_cast<std::size_t>(made) ==
          std::min(static_cast<std::size_t>(options.k), distinct));
  centroids.resize(static_cast<std::size_t>(made) * dims);
  const std::vector<Row> found = split(centroids, dims);
  CHECK(std::set<Row>(found.begin(), found.end()).size() == found.size());
  CHECK(std::all_of(centroids.begin(), centroids.end(),
                    [](float value) { return std::isfinite(value); }));
  return centroids;
}

std::vector<std::size_t> list_sizes(const std::vector<float>& x, std::size_t dims,
                                    const std::vector<float>& centroids, double* residual) {
  const std::size_t n = x.size() / dims;
  const std::size_t k = centroids.size() / dims;
  std::vector<std::int32_t> nearest(n);
  std::vector<float> distance(n);
  test::CountedArena memory;
  REQUIRE(assign_nearest(x.data(), n, static_cast<std::int32_t>(dims), centroids.data(),
                         static_cast<std::int32_t>(k), options_of(1).parallel, memory.arena(),
                         nearest.data(), distance.data())
              .ok());
  std::vector<std::size_t> sizes(k);
  for (std::int32_t c : nearest) {
    ++sizes[static_cast<std::size_t>(c)];
  }
  *residual = std::accumulate(distance.begin(), distance.end(), 0.0) / static_cast<double>(n);
  return sizes;
}

TEST_CASE("k-means: no rows give one centroid of zeros") {
  std::vector<float> centroids(3 * 4, -1);
  std::int32_t made = -1;
  test::CountedArena memory;
  CHECK(train_kmeans(nullptr, 0, 4, options_of(3), memory.arena(), centroids.data(), &made).ok());
  CHECK(made == 1);
  CHECK(Row(centroids.begin(), centroids.begin() + 4) == Row(4, 0.0F));
}

TEST_CASE("k-means: no more distinct rows than centroids: these are the rows") {
  CHECK(train({1, 2, 3}, 3, options_of(5)) == Row{1, 2, 3});
  for (std::int32_t k : {20, 21, 100, 500}) {
    CAPTURE(k);
    std::vector<float> x;
    for (int i = 0; i < 2000; ++i) {
      x.push_back(static_cast<float>(i * i % 20 == 0 ? 0 : i % 20));
    }
    std::vector<Row> rows = split(x, 1);
    std::vector<Row> centroids = split(train(x, 1, options_of(k)), 1);
    std::set<Row> distinct(rows.begin(), rows.end());
    CHECK(std::set<Row>(centroids.begin(), centroids.end()) == distinct);
  }
}

TEST_CASE("k-means: all rows equal, but for the sign of zero") {
  std::vector<float> x(3000, 7);
  CHECK(train(x, 3, options_of(100)) == Row{7, 7, 7});
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = i % 2 == 0 ? 0.0F : -0.0F;
  }
  CHECK(train(x, 1, options_of(100)) == Row{0});
}

TEST_CASE("k-means: one centroid is the mean") {
  const test::Mixture mixture = test::make_mixture(1000, 5, 3, 4);
  const std::vector<float> centroid = train(mixture.rows, 5, options_of(1));
  for (std::size_t d = 0; d < 5; ++d) {
    double sum = 0;
    for (std::size_t i = 0; i < mixture.size(); ++i) {
      sum += static_cast<double>(mixture.rows[i * 5 + d]);
    }
    CHECK(static_cast<double>(centroid[d]) == doctest::Approx(sum / 1000));
  }
}

TEST_CASE("k-means: every centroid is the mean of some rows") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const test::Mixture mixture = test::make_mixture(10, 2, 3, 6, 0, seed);
    for (std::int32_t rounds : {0, 1, 3}) {
      for (const Row& centroid : split(train(mixture.rows, 2, options_of(4, rounds)), 2)) {
        double least = 1;
        for (unsigned subset = 1; subset < 1U << 10; ++subset) {
          double x = 0, y = 0, count = 0;
          for (unsigned i = 0; i < 10; ++i) {
            if ((subset >> i & 1) == 0) {
              continue;
            }
            x += static_cast<double>(mixture.rows[2 * i]);
            y += static_cast<double>(mixture.rows[2 * i + 1]);
            ++count;
          }
          least = std::min(least, std::hypot(x / count - static_cast<double>(centroid[0]),
                                             y / count - static_cast<double>(centroid[1])));
        }
        CHECK(least < 1e-5);
      }
    }
  }
}

TEST_CASE("k-means: two clusters far apart, of very different sizes") {
  std::vector<float> x;
  for (int i = 0; i < 1000; ++i) {
    x.push_back(static_cast<float>(i % 10) * 0.01F);
  }
  for (int i = 0; i < 100; ++i) {
    x.push_back(1000 + static_cast<float>(i % 10) * 0.01F);
  }
  std::vector<float> centroids = train(x, 1, options_of(2));
  std::sort(centroids.begin(), centroids.end());
  CHECK(centroids[0] == doctest::Approx(0.045));
  CHECK(centroids[1] == doctest::Approx(1000.045));
}

TEST_CASE("k-means: half of the rows are one") {
  // Far from the others: their group has no use for its share of centroids.
  test::Mixture mixture = test::make_mixture(8000, 8, 50, 6, 1000);
  std::fill(mixture.rows.begin(), mixture.rows.begin() + 4000 * 8, 1.0F);
  double residual = 0;
  train(mixture.rows, 8, options_of(100, 0));
  const std::vector<float> centroids = train(mixture.rows, 8, options_of(100));
  list_sizes(mixture.rows, 8, centroids, &residual);
  CHECK(residual < mixture.residual);
}

TEST_CASE("k-means: a dimension, many dimensions, huge values") {
  const test::Mixture line = test::make_mixture(3000, 1, 10, 100);
  train(line.rows, 1, options_of(200));
  const test::Mixture wide = test::make_mixture(300, 3072, 5, 1);
  double residual = 0;
  list_sizes(wide.rows, 3072, train(wide.rows, 3072, options_of(5, 4)), &residual);
  CHECK(residual < 1.2 * wide.residual);
  std::vector<float> huge = test::make_mixture(1000, 4, 5, 3).rows;
  for (float& value : huge) {
    value *= 3e37F;
  }
  train(huge, 4, options_of(80));
}

TEST_CASE("k-means: quality on known clusters") {
  // Random seeds leave some clusters of their number without a centroid; with twice as many
  // centroids as clusters, as an index has, nearly none.
  const test::Mixture mixture = test::make_mixture(40000, 16, 100, 8);
  double residual = 0;
  list_sizes(mixture.rows, 16, train(mixture.rows, 16, options_of(100, 4)), &residual);
  CHECK(residual < 2 * mixture.residual);
  const std::vector<std::size_t> sizes =
      list_sizes(mixture.rows, 16, train(mixture.rows, 16, options_of(200, 4)), &residual);
  CHECK(residual < 1.1 * mixture.residual);
  CHECK(*std::min_element(sizes.begin(), sizes.end()) > 0);
  CHECK(*std::max_element(sizes.begin(), sizes.end()) < 5 * 200);
}

TEST_CASE("k-means: a round over all centroids does not make them worse") {
  const test::Mixture mixture = test::make_mixture(20000, 16, 300, 4);
  double before = 0;
  list_sizes(mixture.rows, 16, train(mixture.rows, 16, options_of(150, 0)), &before);
  for (std::int32_t rounds : {1, 2, 4}) {
    double after = 0;
    list_sizes(mixture.rows, 16, train(mixture.rows, 16, options_of(150, rounds)), &after);
    CHECK(after < before);
    before = after;
  }
}

TEST_CASE("k-means: the same on any number of threads, another with another seed") {
  const test::Mixture mixture = test::make_mixture(20000, 24, 50, 3);
  const std::vector<float> one = train(mixture.rows, 24, options_of(150, 2, 1));
  CHECK(train(mixture.rows, 24, options_of(150, 2, 2)) == one);
  CHECK(train(mixture.rows, 24, options_of(150, 2, 5)) == one);
  KMeansOptions other = options_of(150);
  other.seed = 43;
  CHECK(train(mixture.rows, 24, other) != one);
}

struct Countdown {
  int left;
  bool signals_open = true;

  static bool stop(void* context, std::size_t) {
    auto* self = static_cast<Countdown*>(context);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    self->signals_open = self->signals_open && sigismember(&mask, SIGINT) == 0;
    return self->left-- == 0;
  }
};

TEST_CASE("k-means: stops at any poll, where signals are let through") {
  const test::Mixture mixture = test::make_mixture(2000, 8, 20, 3);
  std::vector<float> centroids(70 * 8);
  std::int32_t made = 0;
  int polls = 0;
  for (;; ++polls) {
    Countdown countdown{polls};
    KMeansOptions options = options_of(70, 2, 2);
    options.parallel.stop = Countdown::stop;
    options.parallel.stop_context = &countdown;
    test::CountedArena memory;
    const Status status = train_kmeans(mixture.rows.data(), mixture.size(), 8, options,
                                       memory.arena(), centroids.data(), &made);
    CHECK(countdown.signals_open);
    if (status.ok()) {
      break;
    }
    CHECK(status.code == StatusCode::kCancelled);
  }
  CHECK(polls > 100);
}

TEST_CASE("k-means: refused memory, at any request") {
  const test::Mixture mixture = test::make_mixture(500, 8, 20, 3);
  std::vector<float> centroids(70 * 8);
  std::int32_t made = 0;
  const std::size_t refused = test::refuse_each_request([&](Arena arena) {
    return train_kmeans(mixture.rows.data(), mixture.size(), 8, options_of(70), arena,
                        centroids.data(), &made);
  });
  CHECK(refused > 5);
}

std::vector<std::vector<float>> sorted_rows(const std::vector<float>& x, std::size_t dims) {
  std::vector<std::vector<float>> rows;
  for (auto row = x.begin(); row != x.end(); row += static_cast<std::ptrdiff_t>(dims)) {
    rows.emplace_back(row, row + static_cast<std::ptrdiff_t>(dims));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST_CASE("rows are moved by any permutation of them") {
  std::mt19937 generator(1);
  for (const std::size_t n : {1, 2, 7, 100}) {
    std::vector<std::uint32_t> from(n);
    std::iota(from.begin(), from.end(), 0U);
    for (int round = 0; round < 4; ++round) {
      std::vector<float> x(n * 3);
      for (std::size_t i = 0; i < n; ++i) {
        std::fill_n(&x[i * 3], 3, static_cast<float>(i));
      }
      std::vector<std::uint32_t> order = from;
      float room[3];
      cluster::move_rows(x.data(), n, 3, order.data(), room);
      for (std::size_t i = 0; i < n; ++i) {
        CHECK(x[i * 3] == static_cast<float>(from[i]));
        CHECK(x[i * 3 + 2] == static_cast<float>(from[i]));
        CHECK(order[i] == i);
      }
      std::shuffle(from.begin(), from.end(), generator);
    }
  }
}

TEST_CASE("k-means: the rows' centroids that training knows are as near as those looked for") {
  for (const std::int32_t k : {40, 900}) {  // with and without groups of centroids
    CAPTURE(k);
    const test::Mixture all = test::make_mixture(12000, 16, 60, 5);
    const std::size_t n = all.size();
    std::vector<std::int32_t> known(n);
    for (const std::int32_t threads : {1, 3}) {
      test::Mixture mixture = all;  // in another order, later
      KMeansOptions options = options_of(k);
      options.parallel.threads = threads;
      std::vector<float> centroids(static_cast<std::size_t>(k) * 16);
      std::vector<std::int32_t> nearest(n, -1);
      std::vector<float> distance(n);
      std::int32_t made = 0;
      test::CountedArena memory;
      REQUIRE(train_kmeans(mixture.rows.data(), n, 16, options, memory.arena(), centroids.data(),
                           &made, nearest.data(), distance.data())
                  .ok());
      CHECK(memory.bytes() <= kmeans_memory(n, 16, options));
      double exact = 0;
      list_sizes(mixture.rows, 16, centroids, &exact);
      const double mean =
          std::accumulate(distance.begin(), distance.end(), 0.0) / static_cast<double>(n);
      CHECK(mean < 1.02 * exact);
      CHECK(mean > .98 * exact);
      if (threads == 1) {
        known = nearest;
      }
      CHECK(nearest == known);
      CHECK(sorted_rows(mixture.rows, 16) == sorted_rows(all.rows, 16));
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < n; ++i) {
        wrong +=
            distance[i] != kernel::active().f32.l2_squared(
                               mixture.rows.data() + i * 16,
                               centroids.data() + static_cast<std::size_t>(nearest[i]) * 16, 16)
                ? 1
                : 0;
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("k-means: the work that is reported is what was announced, about") {
  for (const std::int32_t k : {10, 70, 600, 1200}) {
    CAPTURE(k);
    test::Mixture mixture = test::make_mixture(30000, 16, 60, 5);
    const std::size_t n = mixture.size();
    double reported = 0;
    KMeansOptions options = options_of(k);
    options.parallel.stop_context = &reported;
    options.parallel.stop = [](void* context, std::size_t work) {
      *static_cast<double*>(context) += static_cast<double>(work);
      return false;
    };
    std::vector<float> centroids(static_cast<std::size_t>(k) * 16);
    std::vector<std::int32_t> nearest(n);
    std::vector<float> distance(n);
    std::int32_t made = 0;
    test::CountedArena memory;
    REQUIRE(train_kmeans(mixture.rows.data(), n, 16, options, memory.arena(), centroids.data(),
                         &made, nearest.data(), distance.data())
                .ok());
    const double announced = kmeans_work(n, 16, options);
    CHECK(reported > .6 * announced);
    CHECK(reported < 1.7 * announced);
  }
}

}  // namespace
}  // namespace vecext::kmeans_test
