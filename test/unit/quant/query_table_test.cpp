// The table of a query against inner products with the values of codes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "quant/samples.h"

namespace vecext::query_table_test {
namespace {

struct Prepared {
  std::vector<std::uint8_t> table;
  QueryTable query;
};

Prepared prepared(const Codec& codec, const std::vector<float>& q) {
  Prepared p;
  p.table.assign(static_cast<std::size_t>(codec.groups()) * 16, 0xee);
  p.query = {p.table.data(), -1, -1};
  prepare_query(codec, q.data(), &p.query);
  return p;
}

double sum_of(const Prepared& p, const std::vector<std::uint8_t>& nibbles) {
  double sum = 0;
  for (std::size_t g = 0; g < nibbles.size(); ++g) {
    sum += p.table[16 * g + nibbles[g]];
  }
  return sum;
}

/// Of the product of a random code with a random query, in steps of the query's table.
double table_error(const Codec& codec, std::mt19937& random) {
  const auto q = normal_values(codec.dims, random);
  const Prepared table = prepared(codec, q);
  std::vector<std::uint8_t> nibbles(static_cast<std::size_t>(codec.groups()));
  for (std::uint8_t& nibble : nibbles) {
    nibble = static_cast<std::uint8_t>(random() % 16);
  }
  std::vector<float> v(static_cast<std::size_t>(codec.dims));
  decode(codec, nibbles.data(), 1, v.data());
  const double got = table.query.step * sum_of(table, nibbles) + table.query.offset;
  return (got - dot(v, q)) / table.query.step;
}

TEST_CASE("sums give the inner product, each group within half a step, without a bias") {
  std::mt19937 random(1);
  for (const std::int32_t bits : {1, 2, 4}) {
    for (const std::int32_t dims : {16, 100, 784}) {
      CAPTURE(bits);
      CAPTURE(dims);
      const Codec codec = {Metric::kL2, bits, dims, dims / 8 * 4};
      const std::int32_t groups = codec.groups();
      double squares = 0;
      double sum = 0;
      constexpr int kTrials = 400;
      for (int trial = 0; trial < kTrials; ++trial) {
        const double error = table_error(codec, random);
        CHECK(std::fabs(error) <= groups + 0.01);
        squares += error * error;
        sum += error;
      }
      // Uniform rounding errors: 1/12 of a squared step a group, and twice as much at most where
      // that of the middle comes on top.
      CHECK(squares / kTrials < 0.2 * groups);
      CHECK(std::fabs(sum / kTrials) < 4 * std::sqrt(squares) / kTrials);
    }
  }
}

TEST_CASE("entries use the whole byte") {
  std::mt19937 random(2);
  for (const std::int32_t bits : {1, 2, 4}) {
    const Codec codec = {Metric::kL2, bits, 100, 100};
    const Prepared p = prepared(codec, normal_values(100, random));
    CHECK(*std::max_element(p.table.begin(), p.table.end()) >= 253);
    CHECK(*std::min_element(p.table.begin(), p.table.end()) == 0);
  }
}

TEST_CASE("a query of zeros has sums that say zero") {
  for (const std::int32_t bits : {1, 2, 4}) {
    const Codec codec = {Metric::kL2, bits, 16, 16};
    const Prepared p = prepared(codec, std::vector<float>(16, 0));
    CHECK(p.query.step == 0);
    CHECK(p.query.offset == 0);
  }
}

}  // namespace
}  // namespace vecext::query_table_test
