// Searches of an index of sparse vectors, compared with products one by one.
#include <cmath>
#include <random>
#include <vector>

#include "core/filter/row_bits.h"
#include "doctest/doctest.h"
#include "postings/sparse_index.h"

namespace vecext::test::sparse_test {
namespace {

TEST_CASE("a code of a weight is an interval that has it") {
  std::mt19937 random(1);
  for (const float greatest : {1e-42F, 1e-30F, 0.01F, 3.5F, 1e6F, 3e38F}) {
    const WeightRange range = sparse::range_for(greatest);
    std::uniform_real_distribution<double> uniform(0, 1);
    for (int i = 0; i < 20000; ++i) {
      const auto weight = static_cast<float>(static_cast<double>(greatest) *
                                             std::pow(uniform(random), i % 2 == 0 ? 1 : 6));
      if (weight == 0) {
        continue;
      }
      const std::uint32_t code = sparse::code_of(range, weight);
      REQUIRE(code <= sparse::kGreatestCode);
      const double least = sparse::least_of(range, code);
      const double most = sparse::most_of(range, code);
      CHECK(least <= static_cast<double>(weight) * (1 + 1e-12));
      CHECK(most >= static_cast<double>(weight));
      if (code >= sparse::kExactSteps) {
        CHECK(most <= least * (1 + 1.0 / sparse::kExactSteps) * (1 + 1e-9));
      } else {
        CHECK(most - least <= static_cast<double>(range.step) * (1 + 1e-9));
      }
    }
    CHECK(sparse::code_of(range, greatest) <= sparse::kGreatestCode);
    CHECK(sparse::code_of(range, 3.4e38F) == sparse::kGreatestCode);
  }
}

/// The spread of 300 dimensions over all indices of 32 bits.
constexpr std::uint32_t kWide = UINT32_MAX / 300;

TEST_CASE("terms of all dimensions are different, and in the order of the dimensions") {
  char bytes[2][sparse::kMostTermBytes];
  postings::Term before = sparse::put_term(0, false, bytes[0]);
  CHECK(before.length == 4);
  int i = 0;
  for (const std::uint32_t dimension :
       {0u, 1u, 999'999'999u, 0x3fffffffu, 0x40000000u, 0x7fffffffu, 0x80000000u, 0xbfffffffu,
        0xc0000000u, 0xfffffffeu, 0xffffffffu}) {
    for (const bool is_negative : {false, true}) {
      if (dimension != 0 || is_negative) {
        const postings::Term term = sparse::put_term(dimension, is_negative, bytes[++i % 2]);
        CHECK(term.length == (dimension < 0x40000000 ? 4u : 5u));
        CHECK(compare(before, term) < 0);
        before = term;
      }
    }
  }
}

TEST_CASE("dimensions are counted in segments and among pending vectors, by both signs") {
  std::mt19937 random(3);
  for (const double negative : {0.0, 0.4}) {
    const VectorOptions options{.spread = kWide, .negative = negative};
    SparseIndex index;
    index.check_counts(random_vector({0, 0}, options, random));
    index.add_segment(random_vectors(0, 900, options, random));
    index.add_segment(random_vectors(900, 100, options, random));
    for (std::uint32_t i = 1000; i < 1100; ++i) {
      index.insert(random_vector(row_at(i), options, random), static_cast<std::int32_t>(i % 3));
    }
    for (int i = 0; i < 10; ++i) {
      index.check_counts(random_vector({0, 0}, options, random));
    }
    index.flush();
    index.merge_all();
    index.check_counts(random_vector({0, 0}, options, random));
  }
}

TEST_CASE("a damaged directory is no reason to load the model again") {
  std::mt19937 random(5);
  SparseIndex index;
  index.add_segment(random_vectors(0, 100, {}, random));
  CHECK(index.load_damaged().code == StatusCode::kCorrupt);
}

TEST_CASE("searches of sparse vectors find what products one by one do") {
  std::mt19937 random(7);
  for (const double negative : {0.0, 0.0, 0.3}) {
    for (const double sigma : {0.2, 1.0, 3.0}) {
      const VectorOptions options{.spread = sigma < 2 ? 1000 : kWide,
                                  .sigma = sigma,
                                  .scale = sigma > 2 ? 1e-3 : 1,
                                  .negative = negative};
      SparseIndex index;
      index.add_segment(random_vectors(0, 3000, options, random));
      index.add_segment(random_vectors(3000, 500, options, random));
      for (std::uint32_t i = 3500; i < 3700; ++i) {
        index.insert(random_vector(row_at(i), options, random), static_cast<std::int32_t>(i % 3));
      }
      const auto check_all = [&] {
        for (int i = 0; i < 12; ++i) {
          const TestVector query = random_vector({0, 0},
                                                 {.spread = options.spread,
                                                  .most = i % 4 == 0 ? 3 : 40,
                                                  .negative = i % 3 == 0 ? negative : 0},
                                                 random);
          for (const std::int32_t k : {1, 10, 100, 4000}) {
            index.check_search(query, k);
          }
          index.check_search(query, 10, {}, false);
        }
        index.verify();
      };
      check_all();
      index.remove(0.3, random);
      check_all();
      index.flush();
      check_all();
      index.merge_all();
      check_all();
      CHECK(index.full() > 0);
    }
  }
}

TEST_CASE("searches of sparse vectors take sets of rows, and long lists") {
  std::mt19937 random(9);
  const VectorOptions options{.dims = 60, .most = 30, .sigma = 0.6};
  SparseIndex index;
  index.add_segment(random_vectors(0, 20000, options, random));
  for (const double share : {0.5, 0.05, 0.002}) {
    TestArena arena;
    RowBits set(arena);
    for (std::uint32_t page = 0; page < 1000; ++page) {
      std::uint16_t lines[20];
      std::int32_t n = 0;
      for (std::uint16_t line = 1; line <= 20; ++line) {
        if (std::uniform_real_distribution<double>(0, 1)(random) < share) {
          lines[n++] = line;
        }
      }
      if (n > 0) {
        REQUIRE(set.add(page, lines, n));
      }
    }
    for (int i = 0; i < 20; ++i) {
      const TestVector query = random_vector({0, 0}, options, random);
      index.check_search(query, 10, set.filter());
      index.check_search(query, 10);
    }
  }
}

TEST_CASE("weights outside of the first range are found") {
  std::mt19937 random(11);
  SparseIndex index;
  index.insert({row_at(0), {5000}, {1e-3F}}, 0);
  index.insert({row_at(1), {}, {}}, 0);
  for (std::uint32_t i = 2; i < 300; ++i) {
    const VectorOptions options{.scale = std::pow(1.05, i), .negative = i > 200 ? 0.01 : 0};
    index.insert(random_vector(row_at(i), options, random), 0);
    if (i % 20 == 0) {
      index.check_search(random_vector({0, 0}, {}, random), 5);
    }
    if (i % 70 == 0) {
      index.flush();
    }
  }
  index.merge_all();
  for (int i = 0; i < 50; ++i) {
    index.check_search(random_vector({0, 0}, {}, random), 5);
  }
  index.verify();
}

TEST_CASE("queries without a match, and ones whose products overflow") {
  SparseIndex index;
  for (std::uint32_t i = 0; i < 50; ++i) {
    index.insert({row_at(i), {0, 7}, {1, i % 2 == 0 ? 3e38F : 1.0F}}, 0);
  }
  index.check_search({{0, 0}, {}, {}}, 3);
  index.check_search({{0, 0}, {3}, {1}}, 3);
  index.check_search({{0, 0}, {0}, {1}}, 3);
  index.check_search({{0, 0}, {0}, {-1}}, 3);
  TestVector query{{0, 0}, {7}, {2}};
  index.check_search({{0, 0}, {7}, {1e-3F}}, 3);
}

TEST_CASE("products below the normal numbers are compared, however far roundings may be") {
  for (const float scale : {1e-18F, 1e-21F, 1e-30F, 1e-42F}) {
    for (const float sign : {1.0F, -1.0F}) {
      SparseIndex index;
      std::vector<TestVector> built;
      for (std::uint32_t i = 0; i < 800; ++i) {
        built.push_back({row_at(i), {1000}, {static_cast<float>(i + 1) * scale}});
      }
      index.add_segment(built);
      for (std::uint32_t i = 800; i < 1000; ++i) {
        const float value = (i % 3 == 0 ? sign : 1.0F) * static_cast<float>(i + 1) * scale;
        index.insert({row_at(i), {1000}, {value}}, 0);
      }
      for (const std::int32_t k : {5, 100}) {
        index.check_search({{0, 0}, {1000}, {1e-20F}}, k);
        index.check_search({{0, 0}, {7, 1000}, {2, -1e-20F}}, k);
      }
    }
  }
}

}  // namespace
}  // namespace vecext::test::sparse_test
