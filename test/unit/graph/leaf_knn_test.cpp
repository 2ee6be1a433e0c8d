// Nearest rows of a leaf and nearest leaders: equal to a plain search, in every instruction set.
#include "core/graph/construct/leaf_knn.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "kernel/all_kernels.h"

namespace vecext::graph::leaf_knn_test {
namespace {

/// Whole numbers: their distances are exact, and some are equal.
std::vector<float> whole(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<int> values(-9, 9);
  std::vector<float> x(count);
  for (float& value : x) {
    value = static_cast<float>(values(generator));
  }
  return x;
}

float distance(const float* a, const float* b, std::size_t dims) {
  float sum = 0;
  for (std::size_t d = 0; d < dims; ++d) {
    sum += (a[d] - b[d]) * (a[d] - b[d]);
  }
  return sum;
}

std::vector<float> norms_of(const std::vector<float>& x, std::size_t dims, const float* reference) {
  std::vector<float> norms;
  for (std::size_t i = 0; i < x.size(); i += dims) {
    norms.push_back(distance(x.data() + i, reference, dims));
  }
  return norms;
}

/// Lanes of a row's list that are not as a plain search says, the lists' own distances first.
int count_wrong(const std::vector<float>& expected, const std::int32_t* columns, std::int32_t lanes,
                std::int32_t self) {
  std::vector<float> nearest = expected;
  if (self >= 0) {
    nearest.erase(nearest.begin() + self);
  }
  std::sort(nearest.begin(), nearest.end());
  std::vector<std::int32_t> found;
  int wrong = 0;
  for (std::int32_t i = 0; i < lanes; ++i) {
    if (static_cast<std::size_t>(i) >= nearest.size()) {
      wrong += columns[i] != -1;
      continue;
    }
    const std::int32_t c = columns[i];
    wrong += c < 0 || c == self || std::count(found.begin(), found.end(), c) > 0 ||
             expected[static_cast<std::size_t>(c)] != nearest[static_cast<std::size_t>(i)];
    found.push_back(c);
  }
  return wrong;
}

TEST_CASE("near: a leaf's lists equal a plain search, at the edges of blocks and slices") {
  const auto scratch = std::make_unique<KnnScratch>();
  test::for_all_kernels([&] {
    for (std::size_t dims : {1, 3, 17, 256, 257}) {
      for (std::size_t n : {1, 2, 16, 17, 18, 191, 192, 193, 417, 1500}) {
        if (n * dims > 100000) {
          continue;
        }
        CAPTURE(dims);
        CAPTURE(n);
        const std::vector<float> x = whole(n * dims, 1);
        const std::vector<float> norms = norms_of(x, dims, x.data());
        knn_functions().leaf(
            {.dims = static_cast<std::int32_t>(dims),
             .reference = x.data(),
             .rows = {x.data(), nullptr, norms.data(), static_cast<std::int32_t>(n)},
             .columns = {},
             .scratch = scratch.get()});
        int wrong = 0;
        for (std::size_t i = 0; i < n; ++i) {
          wrong += count_wrong(norms_of(x, dims, x.data() + i * dims), scratch->leaf.column[i],
                               kLeafNeighbors, static_cast<std::int32_t>(i));
        }
        CHECK(wrong == 0);
      }
    }
  });
}

TEST_CASE("near: nearest leaders equal a plain search") {
  const auto scratch = std::make_unique<KnnScratch>();
  test::for_all_kernels([&] {
    for (std::size_t dims : {2, 100, 300}) {
      for (std::size_t k : {1, 2, 3, 4, 192, 193, 500}) {
        CAPTURE(dims);
        CAPTURE(k);
        constexpr std::size_t kRows = 97;
        const std::vector<float> x = whole(kRows * dims, 1);
        const std::vector<float> leaders = whole(k * dims, 2);
        const std::vector<float> norms = norms_of(leaders, dims, leaders.data());
        const std::vector<float> row_norms(kRows);
        knn_functions().leaders(
            {.dims = static_cast<std::int32_t>(dims),
             .reference = leaders.data(),
             .rows = {x.data(), nullptr, row_norms.data(), kRows},
             .columns = {leaders.data(), nullptr, norms.data(), static_cast<std::int32_t>(k)},
             .scratch = scratch.get()});
        int wrong = 0;
        for (std::size_t i = 0; i < kRows; ++i) {
          wrong += count_wrong(norms_of(leaders, dims, x.data() + i * dims),
                               scratch->leaders.column[i], kOverlap, -1);
        }
        CHECK(wrong == 0);
      }
    }
  });
}

TEST_CASE("near: what is not a number is near nothing") {
  const auto scratch = std::make_unique<KnnScratch>();
  test::for_all_kernels([&] {
    std::vector<float> x{0, 1, std::numeric_limits<float>::quiet_NaN(), 3};
    const std::vector<float> norms = norms_of(x, 1, x.data());
    knn_functions().leaf({.dims = 1,
                          .reference = x.data(),
                          .rows = {x.data(), nullptr, norms.data(), 4},
                          .columns = {},
                          .scratch = scratch.get()});
    CHECK(scratch->leaf.column[2][0] == -1);
    CHECK(scratch->leaf.column[0][0] == 1);
    CHECK(scratch->leaf.column[0][1] == 3);
    CHECK(scratch->leaf.column[0][2] == -1);
  });
}

}  // namespace
}  // namespace vecext::graph::leaf_knn_test
