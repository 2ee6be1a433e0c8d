// Codes and factors against their definitions.
#include <doctest/doctest.h>

#include <cmath>

#include "quant/samples.h"

namespace vecext::codec_test {
namespace {

TEST_CASE("as many dimensions have codes as fit a block") {
  const auto coded = [](std::int32_t bits, std::int32_t dims, std::int32_t bytes) {
    const Codec codec = make_codec(Metric::kL2, bits, dims, bytes);
    CHECK(codec.coded % 4 == 0);
    CHECK(codec.groups() * 16 <= bytes);
    return codec.coded;
  };
  CHECK(coded(1, 100, 7800) == 100);
  CHECK(coded(4, 100, 7800) == 100);
  CHECK(coded(1, 16000, 7800) == 1948);
  CHECK(coded(2, 16000, 7800) == 972);
  CHECK(coded(4, 16000, 7800) == 484);
  CHECK(coded(4, 484, 7800) == 484);
}

TEST_CASE("codes are the nearest values of a grid that fits the residual") {
  std::mt19937 random(1);
  for (const std::int32_t bits : {1, 2, 4}) {
    const Codec codec = {Metric::kL2, bits, 100, 60};
    const auto x = normal_values(100, random, 3);
    const auto centroid = normal_values(100, random);
    const Coded coded = code_of(codec, x, centroid, 1);
    const double largest = bits == 1 ? 1 : bits == 2 ? 1.5 : 7.5;
    double squares = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      squares += std::pow(x[i] - centroid[i], 2) / 60;
    }
    const double steps = (bits == 4 ? 3 : 1) / std::sqrt(squares);
    for (std::size_t i = 0; i < 60; ++i) {
      CAPTURE(i);
      const double r = (x[i] - centroid[i]) * steps;
      const double unit = bits == 1 ? 2 : 1;
      CHECK(std::fabs(coded.v[i]) <= largest);
      CHECK(std::fmod(coded.v[i] + largest, unit) == 0);
      if (bits == 1) {
        CHECK((coded.v[i] > 0) == (r > 0));
      }
      if (bits > 1 && std::fabs(r) < largest) {
        CHECK(std::fabs(coded.v[i] - r) < 0.501);
      }
      if (std::fabs(r) > largest + 0.5) {
        CHECK(coded.v[i] == (r > 0 ? largest : -largest));
      }
    }
    for (std::size_t i = 60; i < 100; ++i) {
      CHECK(coded.v[i] == 0);
    }
  }
}

TEST_CASE("nibbles hold the first dimension in the lowest bits") {
  std::vector<float> x(16, 0.01f);
  x[0] = 10;
  x[3] = -10;
  const std::vector<float> centroid(16, 0);
  CHECK(code_of({Metric::kL2, 1, 16, 16}, x, centroid, 1).nibbles[0] == 0b0111);
  const auto two = code_of({Metric::kL2, 2, 16, 16}, x, centroid, 1).nibbles;
  CHECK(two[0] == 0b1011);
  CHECK(two[1] == 0b0010);
  const auto four = code_of({Metric::kL2, 4, 16, 16}, x, centroid, 1).nibbles;
  CHECK(four[0] == 15);
  CHECK(four[1] == 8);
  CHECK(four[2] == 8);
  CHECK(four[3] == 0);
}

TEST_CASE("factors are those of the definition, in fp16") {
  std::mt19937 random(2);
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    for (const std::int32_t bits : {1, 2, 4}) {
      for (const std::int32_t coded_dims : {784, 400}) {
        CAPTURE(bits);
        CAPTURE(coded_dims);
        const Codec codec = {metric, bits, 784, coded_dims};
        const auto x = normal_values(784, random, 5);
        const auto centroid = normal_values(784, random, 4);
        std::vector<float> r(784);
        for (std::size_t i = 0; i < 784; ++i) {
          r[i] = x[i] - centroid[i];
        }
        const float scale = factor_scale(static_cast<float>(dot(r, r)));
        const Coded coded = code_of(codec, x, centroid, scale);
        const double w = dot(r, r) / dot(r, coded.v);
        const bool product = metric == Metric::kInnerProduct;
        const double b = product ? w : 2 * w;
        const double cross = b * dot(coded.v, centroid);
        const double a = cross + (product ? -dot(r, centroid) : dot(r, r));
        CHECK(value_of(coded.factors.b) * scale == doctest::Approx(b).epsilon(0x1p-10));
        const double size = std::fabs(cross) + std::fabs(a - cross);
        CHECK(std::fabs(value_of(coded.factors.a) * scale - a) <= 0x1p-10 * size);
      }
    }
  }
}

TEST_CASE("a residual of zero has factors of zero") {
  std::mt19937 random(3);
  const auto x = normal_values(100, random);
  for (const std::int32_t bits : {1, 2, 4}) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
      const Coded coded = code_of({metric, bits, 100, 100}, x, x, 0.25f);
      CHECK(coded.factors.a.bits == 0);
      CHECK(coded.factors.b.bits == 0);
      for (const std::uint8_t nibble : coded.nibbles) {
        CHECK(nibble < 16);
      }
    }
  }
}

TEST_CASE("factors out of range make the row a candidate always") {
  std::mt19937 random(4);
  const std::vector<float> zeros(100, 0);
  std::vector<float> uncoded(100, 0);
  uncoded[99] = 1;  // no code sees it: w is infinite
  const auto far = normal_values(100, random, 1e4f);
  const auto beyond = normal_values(100, random, 1e30f);  // its square is not a float
  for (const std::int32_t bits : {1, 2, 4}) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
      const auto check = [&](const std::vector<float>& x, std::int32_t coded) {
        const Factors factors = code_of({metric, bits, 100, coded}, x, zeros, 0x1p-10f).factors;
        CHECK(factors.a.bits == 0xfc00);
        CHECK(factors.b.bits == 0);
      };
      check(far, 100);
      check(beyond, 100);
      if (bits > 1) {
        check(uncoded, 60);
      }
    }
  }
}

TEST_CASE("scales are powers of two that keep the factors in range") {
  int exponent = 0;
  for (float residual = 1e-8f; residual < 1e9f; residual *= 3.7f) {
    CAPTURE(residual);
    const float scale = factor_scale(residual);
    CHECK(std::frexp(scale, &exponent) == 0.5f);
    CHECK(residual / scale < 65504 / 32);
    CHECK(residual / scale > 0x1p-14f);
    // b of the finest codes of many dimensions.
    CHECK(2 * std::sqrt(residual / 2000) / 3 / scale > 0x1p-14f);
  }
  CHECK(factor_scale(0) == 1);
  CHECK(factor_scale(INFINITY) == 1);
  CHECK(factor_scale(NAN) == 1);
}

TEST_CASE("scales keep the factors of rows far from the origin in range, if others allow it") {
  std::mt19937 random(5);
  const Codec codec = {Metric::kL2, 1, 64, 64};
  for (const float distance : {1.0f, 1e3f, 1e5f}) {
    for (const float length : {1e-4f, 1.0f, 1e2f}) {
      CAPTURE(distance);
      CAPTURE(length);
      const auto centroid = normal_values(64, random, distance * length);
      const auto residual = normal_values(64, random, length);
      std::vector<float> x = centroid;
      for (std::size_t i = 0; i < 64; ++i) {
        x[i] += residual[i];
      }
      const double squared = dot(residual, residual);
      const double largest = largest_factor(squared, std::sqrt(dot(centroid, centroid)));
      const float scale =
          factor_scale(codec, static_cast<float>(squared), static_cast<float>(largest));
      const Factors factors = code_of(codec, x, centroid, scale).factors;
      CHECK(std::isfinite(value_of(factors.a)));
      CHECK(value_of(factors.b) > 0);
    }
  }
  CHECK(factor_scale(codec, 1, 1) == factor_scale(1));
  CHECK(factor_scale(codec, 1, INFINITY) >= factor_scale(1));
  CHECK(factor_scale(codec, 0, 1e9f) == 1);
  // Both do not fit: usual factors come first.
  const float both = factor_scale(codec, 1e-20f, 1e20f);
  CHECK(usual_factor(codec, 1e-20f) / both >= 0x1p-14f);
}

}  // namespace
}  // namespace vecext::codec_test
