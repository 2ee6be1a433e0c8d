// Rows brought into the space of an index.
#include "core/quant/transform_rows.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test::transform_rows_test {
namespace {

const ParallelOptions kWork{.threads = 2, .stop = nullptr, .stop_context = nullptr};

TEST_CASE("rows lie around their mean, as each alone would") {
  constexpr int n = 500;
  constexpr int dims = 20;
  std::vector<float> x(n * dims);
  for (int i = 0; i < n * dims; ++i) {
    x[static_cast<std::size_t>(i)] = 3 + std::sin(static_cast<float>(i * i % 1009));
  }
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    std::vector<float> mean(dims);
    VectorTransform transform{metric, Element::kFloat, dims, dims, true, {dims, 7}, nullptr};
    REQUIRE(mean_of_rows(transform, {x.data(), n, dims}, kWork, TestArena(), mean.data()).ok());
    transform.mean = mean.data();
    std::vector<float> moved(n * (dims + 4), -1);
    REQUIRE(transform_rows(transform, {x.data(), n, dims}, kWork, moved.data(), dims + 4).ok());
    std::vector<double> sum(dims);
    std::vector<float> alone(dims);
    for (int i = 0; i < n; ++i) {
      transform_vector(transform, x.data() + i * dims, false, alone.data());
      for (int j = 0; j < dims; ++j) {
        const float value = moved[static_cast<std::size_t>(i * (dims + 4) + j)];
        CHECK(value == alone[static_cast<std::size_t>(j)]);
        sum[static_cast<std::size_t>(j)] += static_cast<double>(value);
      }
      CHECK(moved[static_cast<std::size_t>(i * (dims + 4) + dims)] == -1);
    }
    for (const double s : sum) {
      CHECK(std::abs(s / n) < 1e-4);
    }
  }
}

TEST_CASE("a mean does not depend on the number of threads") {
  constexpr std::size_t n = 20011;
  constexpr std::size_t dims = 12;
  std::vector<float> x(n * dims);
  for (std::size_t i = 0; i < n * dims; ++i) {
    x[i] = 5 + std::sin(static_cast<float>(i * i % 100003));
  }
  const VectorTransform transform{Metric::kL2, Element::kFloat, dims,   dims,
                                  true,        {dims, 7},       nullptr};
  std::vector<float> first(dims);
  for (const std::int32_t threads : {1, 2, 3, 16}) {
    CAPTURE(threads);
    std::vector<float> mean(dims);
    REQUIRE(mean_of_rows(transform, {x.data(), n, dims}, {threads, nullptr, nullptr}, TestArena(),
                         mean.data())
                .ok());
    if (threads == 1) {
      first = mean;
      for (std::size_t j = 0; j < dims; ++j) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
          sum += x[i * dims + j];
        }
        CHECK(mean[j] == doctest::Approx(sum / n));
      }
    }
    CHECK(mean == first);
  }
}

TEST_CASE("one row far away does not draw the mean to it") {
  constexpr int n = 3000;
  constexpr int dims = 8;
  std::vector<float> x(n * dims);
  for (int i = 0; i < n * dims; ++i) {
    x[static_cast<std::size_t>(i)] = std::sin(static_cast<float>(i * i % 1009));
  }
  std::vector<float> mean(dims, 1);
  const VectorTransform transform{Metric::kL2, Element::kFloat, dims,   dims,
                                  true,        {dims, 7},       nullptr};
  for (const float far : {1e9F, 1e15F, 1e30F}) {
    std::fill_n(x.begin() + 77 * dims, dims, far);
    REQUIRE(mean_of_rows(transform, {x.data(), n, dims}, kWork, TestArena(), mean.data()).ok());
    for (const float m : mean) {
      CHECK(m == 0);
    }
  }
}

TEST_CASE("moving rows stops when asked to") {
  std::vector<float> x(4096 * 16);
  ParallelOptions work = kWork;
  work.stop = [](void*, std::size_t) { return true; };
  std::vector<float> mean(16);
  const VectorTransform transform{Metric::kL2, Element::kFloat, 16, 16, true, {16, 7}, mean.data()};
  CHECK(mean_of_rows(transform, {x.data(), 4096, 16}, work, TestArena(), mean.data()).code ==
        StatusCode::kCancelled);
  CHECK(transform_rows(transform, {x.data(), 4096, 16}, work, x.data(), 16).code ==
        StatusCode::kCancelled);
}

}  // namespace
}  // namespace vecext::test::transform_rows_test
