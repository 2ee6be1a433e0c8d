// Distances as SQL shows them.
#include "core/value/distance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "value/samples.h"

namespace vecext::distance_test {
namespace {

TEST_CASE_TEMPLATE("distances of dense vectors", T, float, Half) {
  const test::Dense<T> a{1, 2, 3};
  const test::Dense<T> b{4, 6, 3};
  CHECK(l2_squared_distance(a.view(), b.view()) == 25);
  CHECK(l2_distance(a.view(), b.view()) == 5);
  CHECK(inner_product(a.view(), b.view()) == 25);
  CHECK(negative_inner_product(a.view(), b.view()) == -25);
  CHECK(l1_distance(a.view(), b.view()) == 7);
  CHECK(cosine_distance(a.view(), b.view()) == doctest::Approx(1 - 25 / std::sqrt(14.0 * 61.0)));
  CHECK(norm(b.view()) == doctest::Approx(std::sqrt(61.0)));
}

TEST_CASE("distances of sparse vectors") {
  const test::Sparse a(9, {0, 3, 8}, {1, 2, 3});
  const test::Sparse b(9, {1, 3, 8}, {5, 6, 3});
  CHECK(l2_squared_distance(a.view(), b.view()) == 42);
  CHECK(l2_distance(a.view(), b.view()) == doctest::Approx(std::sqrt(42.0)));
  CHECK(inner_product(a.view(), b.view()) == 21);
  CHECK(negative_inner_product(a.view(), b.view()) == -21);
  CHECK(l1_distance(a.view(), b.view()) == 10);
  CHECK(cosine_distance(a.view(), b.view()) == doctest::Approx(1 - 21 / std::sqrt(14.0 * 70.0)));
  CHECK(norm(a.view()) == doctest::Approx(std::sqrt(14.0)));
}

TEST_CASE("cosine distance: clamped, NaN without a norm") {
  const test::Dense<float> x{0.1F, 0.1F, 0.1F};
  const test::Dense<float> opposite{-0.1F, -0.1F, -0.1F};
  const test::Dense<float> zero{0, 0, 0};
  CHECK(cosine_distance(x.view(), x.view()) >= 0);
  CHECK(cosine_distance(x.view(), opposite.view()) <= 2);
  CHECK(std::isnan(cosine_distance(x.view(), zero.view())));
  CHECK(std::isnan(
      cosine_distance(test::Sparse(3, {}, {}).view(), test::Sparse(3, {0}, {1}).view())));
}

TEST_CASE("sums are float4: they overflow as float4 does") {
  const test::Dense<float> a{3e38F};
  const test::Dense<float> b{-3e38F};
  CHECK(l2_distance(a.view(), b.view()) == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(cosine_distance(a.view(), a.view())));
  CHECK(norm(a.view()) == doctest::Approx(3e38));
}

TEST_CASE("spherical distance of unit vectors") {
  const test::Dense<float> x{1, 0};
  CHECK(spherical_distance(x.view(), x.view()) == 0);
  CHECK(spherical_distance(x.view(), test::Dense<float>{0, 1}.view()) == doctest::Approx(0.5));
  CHECK(spherical_distance(x.view(), test::Dense<float>{-1, 0}.view()) == 1);
  CHECK(spherical_distance(x.view(), test::Dense<float>{2, 0}.view()) == 0);
}

TEST_CASE("distances of bit strings") {
  const std::uint8_t a[] = {0xf0, 0x01};
  const std::uint8_t b[] = {0x3c, 0x80};
  CHECK(hamming_distance(a, b, 2) == 6);
  CHECK(hamming_distance(a, b, 0) == 0);
  CHECK(jaccard_distance(a, b, 2) == 1 - 2.0 / 8.0);
  CHECK(jaccard_distance(a, a, 2) == 0);
  CHECK(jaccard_distance(a + 1, b, 1) == 1);
  CHECK(jaccard_distance(a, b, 0) == 1);
}

}  // namespace
}  // namespace vecext::distance_test
