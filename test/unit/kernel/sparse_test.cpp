// Sparse kernels of every table against dense sums in double.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::sparse_test {
namespace {

struct Sparse {
  std::vector<std::uint32_t> indices;
  std::vector<float> values;
};

constexpr std::uint32_t kGreatest = UINT32_MAX;

/// Up to `count` different indices, which are at most `greatest`. Half the rows have that index.
Sparse random_sparse(std::size_t count, std::uint32_t greatest, std::mt19937& random) {
  Sparse row;
  std::uniform_int_distribution<std::uint32_t> index(0, greatest);
  if (count > 0 && random() % 2 == 0) {
    row.indices.push_back(greatest);
    --count;
  }
  for (std::size_t i = 0; i < count; ++i) {
    row.indices.push_back(index(random));
  }
  std::sort(row.indices.begin(), row.indices.end());
  row.indices.erase(std::unique(row.indices.begin(), row.indices.end()), row.indices.end());
  row.values = random_values<float>(row.indices.size(), random);
  return row;
}

/// The row with `from` added to its indices.
Sparse raised(Sparse row, std::uint32_t from) {
  for (std::uint32_t& index : row.indices) {
    index += from;
  }
  return row;
}

/// The sums over all indices; the inner product over those of both rows.
Expected expected_sums(const Sparse& a, const Sparse& b) {
  std::map<std::uint32_t, std::pair<float, float>> dense;
  for (std::size_t i = 0; i < a.indices.size(); ++i) {
    dense[a.indices[i]].first = a.values[i];
  }
  for (std::size_t i = 0; i < b.indices.size(); ++i) {
    dense[b.indices[i]].second = b.values[i];
  }
  std::vector<float> x;
  std::vector<float> y;
  for (const auto& element : dense) {
    x.push_back(element.second.first);
    y.push_back(element.second.second);
  }
  return expected(x, y);
}

/// A row in memory that ends at a page without access.
class Placed {
 public:
  Placed(const Sparse& row, std::size_t slack)
      : indices_(row.indices.size() * 4 + slack),
        values_(row.values.size() * 4 + slack),
        row_{indices_.end_with(row.indices, slack), values_.end_with(row.values, slack),
             static_cast<std::int32_t>(row.indices.size())} {}
  SparseRow row() const { return row_; }

 private:
  GuardedMemory indices_;
  GuardedMemory values_;
  SparseRow row_;
};

/// As near(), but all terms may be in one chain.
bool near_sparse(float got, Sum want, std::size_t terms) {
  return near(got, want, 16 * terms);
}

void check(const Sparse& a, const Sparse& b) {
  const Expected want = expected_sums(a, b);
  const std::size_t terms = a.indices.size() + b.indices.size();
  for (const std::size_t slack : {0, 1}) {
    const Placed at_a(a, slack);
    const Placed at_b(b, 1 - slack);
    for (const Kernels* table : tables()) {
      CAPTURE(std::string(table->name));
      CAPTURE(a.indices.size());
      CAPTURE(b.indices.size());
      const SparseKernels& k = table->sparse;
      CHECK(near_sparse(k.l2_squared(at_a.row(), at_b.row()), want.l2_squared, terms));
      CHECK(near_sparse(k.inner_product(at_a.row(), at_b.row()), want.inner_product, terms));
      CHECK(near_sparse(k.l1(at_a.row(), at_b.row()), want.l1, terms));
      CHECK(k.l2_squared(at_a.row(), at_b.row()) == k.l2_squared(at_b.row(), at_a.row()));
      CHECK(k.inner_product(at_a.row(), at_b.row()) == k.inner_product(at_b.row(), at_a.row()));
      CHECK(k.l1(at_a.row(), at_b.row()) == k.l1(at_b.row(), at_a.row()));
    }
  }
}

TEST_CASE("merges equal dense sums") {
  std::mt19937 random(6);
  for (std::size_t count_a = 0; count_a <= 40; ++count_a) {
    for (std::size_t count_b = 0; count_b <= 40; ++count_b) {
      const std::uint32_t below = random() % 2 == 0 ? 60 : kGreatest;
      const std::uint32_t from = kGreatest - below;
      check(raised(random_sparse(count_a, below, random), from),
            raised(random_sparse(count_b, below, random), from));
      check(random_sparse(count_a, 60, random), random_sparse(count_b, 60, random));
    }
  }
}

TEST_CASE("long merges, from disjoint rows to equal ones") {
  std::mt19937 random(7);
  for (const std::uint32_t greatest : {700u, 3000u, 30000u, 1'000'000'000u, kGreatest}) {
    const Sparse a = random_sparse(600, greatest, random);
    check(a, random_sparse(600, greatest, random));
    check(a, random_sparse(17, greatest, random));
    check(a, a);
  }
}

TEST_CASE("rows that follow each other, and the largest index") {
  const Sparse low = {{0, 1, 2, 3}, {1, 2, 3, 4}};
  const Sparse high = {{100, 0x7fffffff, 0x80000000, kGreatest}, {5, 7, 8, -6}};
  const Sparse last = {{kGreatest}, {3}};
  check(low, high);
  check(high, low);
  check(high, high);
  for (const Sparse& row : {low, high, last, Sparse{}}) {
    check(last, row);
    check(row, last);
  }
}

TEST_CASE("rows out of order end, within their memory") {
  std::mt19937 random(8);
  for (int round = 0; round < 200; ++round) {
    Sparse a = random_sparse(random() % 70, 90, random);
    Sparse b = random_sparse(random() % 70, 90, random);
    std::shuffle(a.indices.begin(), a.indices.end(), random);
    std::fill(b.indices.begin(), b.indices.end(), 7);
    const Placed at_a(a, 0);
    const Placed at_b(b, 0);
    for (const Kernels* table : tables()) {
      CHECK(std::isfinite(table->sparse.l2_squared(at_a.row(), at_b.row())));
      CHECK(std::isfinite(table->sparse.inner_product(at_b.row(), at_a.row())));
      CHECK(std::isfinite(table->sparse.l1(at_a.row(), at_b.row())));
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::sparse_test
