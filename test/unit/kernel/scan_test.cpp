// Blocks of 32 codes: sums of every table exactly, estimates against the formula in double.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernel/dense.h"
#include "kernel/tables.h"

namespace vecext::kernel::scan_test {
namespace {

constexpr std::size_t kLanes = 32;

/// Lane of the low nibble of each byte of a group.
constexpr std::size_t kOrder[16] = {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15};

std::vector<std::uint32_t> expected_sums(const std::vector<std::uint8_t>& codes,
                                         const std::vector<std::uint8_t>& table) {
  std::vector<std::uint32_t> sums(kLanes, 0);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::size_t group = i / 16 * 16;
    sums[kOrder[i % 16]] += table[group + codes[i] % 16];
    sums[kOrder[i % 16] + 16] += table[group + codes[i] / 16];
  }
  return sums;
}

void check_sums(const std::vector<std::uint8_t>& codes, const std::vector<std::uint8_t>& table) {
  const std::vector<std::uint32_t> want = expected_sums(codes, table);
  GuardedMemory memory_codes(codes.size() + 1);
  GuardedMemory memory_table(table.size() + 1);
  for (const Kernels* kernels : tables()) {
    for (const std::size_t slack : {0, 1}) {
      CAPTURE(kernels->name);
      CAPTURE(codes.size());
      std::vector<std::uint32_t> sums(kLanes, 12345);
      kernels->scan.sum_codes(memory_codes.end_with(codes, slack),
                              memory_table.end_with(table, 1 - slack), codes.size() / 16,
                              sums.data());
      CHECK(sums == want);
    }
  }
}

TEST_CASE("sums of codes are exact and read no further than the block") {
  std::mt19937 random(6);
  std::vector<std::size_t> counts = {100, 196, 255, 256, 257, 258,  259,  260,  487,  511, 512,
                                     513, 515, 767, 768, 769, 1023, 1024, 1025, 1027, 4000};
  for (std::size_t groups = 0; groups <= 50; ++groups) {
    counts.push_back(groups);
  }
  for (const std::size_t groups : counts) {
    std::vector<std::uint8_t> codes(16 * groups);
    std::vector<std::uint8_t> table(16 * groups);
    for (std::uint8_t& x : codes) {
      x = static_cast<std::uint8_t>(random());
    }
    for (std::uint8_t& x : table) {
      x = static_cast<std::uint8_t>(random() | random());
    }
    check_sums(codes, table);
  }
}

TEST_CASE("the largest entries everywhere do not overflow") {
  for (const std::size_t groups : {1, 256, 257, 258, 512, 1024, 1028, 16000}) {
    check_sums(std::vector<std::uint8_t>(16 * groups, 0x5a),
               std::vector<std::uint8_t>(16 * groups, 255));
  }
}

struct Block {
  std::vector<std::uint32_t> sums;
  std::vector<Half> a;
  std::vector<Half> b;
};

Block random_block(std::mt19937& random) {
  Block block;
  for (std::size_t i = 0; i < kLanes; ++i) {
    block.sums.push_back(static_cast<std::uint32_t>(random() % 120000));
  }
  block.a = random_values<Half>(kLanes, random);
  block.b = random_values<Half>(kLanes, random);
  return block;
}

struct Estimates {
  std::vector<float> estimates = std::vector<float>(kLanes);
  std::vector<float> bounds = std::vector<float>(kLanes);
  std::uint32_t lanes = 0;
};

Estimates estimates_of(const Kernels& kernels, const Block& block, const EstimateTerms& terms,
                       float limit) {
  Estimates result;
  GuardedMemory sums(kLanes * 4);
  GuardedMemory a(kLanes * 2);
  GuardedMemory b(kLanes * 2);
  result.lanes = kernels.scan.estimate(sums.end_with(block.sums, 0), a.end_with(block.a, 0),
                                       b.end_with(block.b, 0), terms, limit,
                                       result.estimates.data(), result.bounds.data());
  return result;
}

TEST_CASE("estimates are the formula's, and the lanes those whose bound is within the limit") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    const Block block = random_block(random);
    const EstimateTerms terms = {
        .base = 3.5f, .scale = 0.25f, .step = 0.001f, .offset = -40, .slack = 1.75f};
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      for (const float limit : {-5.0f, 0.0f, 3.0f, 4.0f, 20.0f}) {
        const Estimates got = estimates_of(*kernels, block, terms, limit);
        for (std::size_t i = 0; i < kLanes; ++i) {
          CAPTURE(i);
          const double a = value_of(block.a[i]);
          const double b = value_of(block.b[i]);
          const double q = static_cast<double>(terms.step) * block.sums[i] + terms.offset;
          const double estimate = terms.base + terms.scale * (a - b * q);
          const double bound = estimate - terms.scale * b * terms.slack;
          // Five roundings, of terms no larger than these.
          const double size = std::fabs(terms.base) + std::fabs(terms.scale * a) +
                              std::fabs(terms.scale * b) * (160 + terms.slack);
          CHECK(std::fabs(got.estimates[i] - estimate) <= 5 * 0x1p-24 * size);
          CHECK(std::fabs(got.bounds[i] - bound) <= 7 * 0x1p-24 * size);
          CHECK((got.lanes >> i & 1) == (got.bounds[i] <= limit ? 1u : 0u));
        }
      }
    }
  }
}

TEST_CASE("a row without a finite estimate is always a candidate") {
  const Half minus_infinity = {0xfc00};
  const Half infinity = {0x7c00};
  const Half nan = {0x7e00};
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::mt19937 random(8);
  for (const Kernels* kernels : tables()) {
    CAPTURE(kernels->name);
    Block block = random_block(random);
    for (Half& b : block.b) {
      b = {0};
    }
    for (Half& a : block.a) {
      a = {0};
    }
    block.a[3] = minus_infinity;
    block.a[17] = nan;
    block.a[31] = infinity;
    block.b[31] = infinity;  // infinity - infinity
    const EstimateTerms terms = {1, 1, 1, 1, 1};
    const std::uint32_t special = 1u << 3 | 1u << 17 | 1u << 31;
    CHECK(estimates_of(*kernels, block, terms, 0.5f).lanes == special);
    CHECK(estimates_of(*kernels, block, terms, -kInfinity).lanes == special);
    CHECK(estimates_of(*kernels, block, terms, 1).lanes == 0xffffffffu);
    CHECK(estimates_of(*kernels, block, terms, kInfinity).lanes == 0xffffffffu);
    CHECK(estimates_of(*kernels, block, terms, 0.5f).estimates[3] == -kInfinity);
    CHECK(estimates_of(*kernels, block, terms, 0.5f).bounds[3] == -kInfinity);
  }
}

TEST_CASE("bits at numbers: those that are set, none beyond the string") {
  std::mt19937 random(9);
  for (const std::size_t stride : {4, 6, 8, 12}) {
    for (std::size_t n = 0; n <= 32; ++n) {
      const std::uint32_t count = random() % 40;
      std::vector<std::uint32_t> words(count + 1);
      for (std::uint32_t i = 0; i < count; ++i) {
        words[i] = static_cast<std::uint32_t>(random());
      }
      std::vector<std::uint8_t> numbers(n == 0 ? 0 : (n - 1) * stride + 4);
      std::uint32_t want = 0;
      for (std::size_t i = 0; i < n; ++i) {
        std::uint32_t number = static_cast<std::uint32_t>(random()) % (32 * (count + 2));
        if (i % 5 == 0) {
          number = 0xFFFFFFFF - static_cast<std::uint32_t>(i % 2 << 31);
        }
        std::memcpy(numbers.data() + i * stride, &number, sizeof number);
        want |= number / 32 < count ? (words[number / 32] >> number % 32 & 1) << i : 0;
      }
      GuardedMemory memory(numbers.size());
      GuardedMemory string(words.size() * sizeof(std::uint32_t));
      for (const Kernels* kernels : tables()) {
        CAPTURE(kernels->name);
        CHECK(kernels->scan.bits_at(string.end_with(words, 0), count, memory.end_with(numbers, 0),
                                    stride, n) == want);
      }
    }
  }
}

TEST_CASE("the least of floats is the first of them") {
  std::mt19937 random(8);
  for (const std::size_t n : {32, 64, 96, 512, 1024}) {
    for (int turn = 0; turn < 200; ++turn) {
      std::vector<float> x(n);
      // Few values, so that most are there twice; now and then all are equal.
      for (float& v : x) {
        v = static_cast<float>(random() % (turn % 50 + 1)) - 20;
      }
      if (turn % 7 == 0) {
        x[random() % n] = -std::numeric_limits<float>::infinity();
      }
      GuardedMemory memory(n * sizeof(float));
      const auto want = static_cast<std::size_t>(std::min_element(x.begin(), x.end()) - x.begin());
      for (const Kernels* kernels : tables()) {
        CAPTURE(kernels->name);
        CHECK(kernels->scan.least(memory.end_with(x, 0), n) == want);
      }
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::scan_test
