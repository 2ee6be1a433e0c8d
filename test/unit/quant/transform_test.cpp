// The space that vectors are compared in, and stored vectors.
#include "core/quant/transform.h"

#include <cmath>
#include <vector>

#include "core/kernel/half.h"
#include "core/quant/vector_distance.h"
#include "doctest/doctest.h"

namespace vecext::transform_test {
namespace {

constexpr std::int32_t kDims = 3;
constexpr std::int32_t kRotated = 16;
const std::vector<float> kX = {3, 0, 4};

std::vector<float> brought(Metric metric, bool is_query, const std::vector<float>& mean,
                           bool is_rotated = false) {
  const VectorTransform transform{.metric = metric,
                                  .element = Element::kFloat,
                                  .dims = kDims,
                                  .rotated = kRotated,
                                  .is_rotated = is_rotated,
                                  .rotation = {kRotated, 7},
                                  .mean = mean.data()};
  std::vector<float> out(kRotated, -1);
  transform_vector(transform, kX.data(), is_query, out.data());
  return out;
}

TEST_CASE("a space: rows are centered and zero-filled, products' queries are not centered") {
  std::vector<float> mean(kRotated);
  mean[0] = 1;
  std::vector<float> flat(kRotated);
  flat[0] = 3;
  flat[2] = 4;
  std::vector<float> centered = flat;
  centered[0] = 2;
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kHamming}) {
    CHECK(brought(metric, false, mean) == centered);
    CHECK(brought(metric, true, mean) == (metric == Metric::kInnerProduct ? flat : centered));
  }
}

TEST_CASE("a space: cosine has unit vectors, and zeros stay zeros") {
  const std::vector<float> mean(kRotated);
  const std::vector<float> unit = brought(Metric::kCosine, false, mean);
  CHECK(unit[0] == doctest::Approx(0.6));
  CHECK(unit[2] == doctest::Approx(0.8));
  const std::vector<float> zero(kDims);
  std::vector<float> out(kRotated, -1);
  const VectorTransform transform{.metric = Metric::kCosine,
                                  .element = Element::kFloat,
                                  .dims = kDims,
                                  .rotated = kRotated,
                                  .is_rotated = false,
                                  .rotation = {},
                                  .mean = mean.data()};
  transform_vector(transform, zero.data(), false, out.data());
  CHECK(out == mean);
}

TEST_CASE("a space: rotation comes last") {
  std::vector<float> mean(kRotated);
  mean[1] = 5;
  std::vector<float> expected = brought(Metric::kL2, false, mean);
  rotate({kRotated, 7}, expected.data());
  CHECK(brought(Metric::kL2, false, mean, true) == expected);
}

TEST_CASE("stored vectors: narrow() undoes widen()") {
  for (const std::int32_t dims : {1, 7, 8, 9, 64}) {
    const auto n = static_cast<std::size_t>(dims);
    std::vector<float> bits(n);
    for (std::size_t i = 0; i < n; ++i) {
      bits[i] = i % 3 == 0 ? 1.0F : 0.0F;
    }
    for (const Element element : {Element::kFloat, Element::kHalf, Element::kBit}) {
      CAPTURE(dims);
      std::vector<std::byte> stored(stored_bytes(element, dims), std::byte{0xFF});
      std::vector<float> wide(n, -1);
      narrow(element, bits.data(), dims, stored.data());
      widen(element, stored.data(), dims, wide.data());
      CHECK(wide == bits);
    }
  }
}

TEST_CASE("stored vectors: each metric of an element has a distance, others none") {
  const std::vector<float> a = {1, 0};
  const std::vector<float> b = {0, 1};
  CHECK(vector_distance(Element::kFloat, Metric::kL2)(a.data(), b.data(), 2) ==
        doctest::Approx(std::sqrt(2.0)));
  CHECK(vector_distance(Element::kFloat, Metric::kCosine)(a.data(), b.data(), 2) == 1);
  CHECK((vector_distance(Element::kHalf, Metric::kInnerProduct) != nullptr));
  const std::uint8_t x = 0xF0;
  const std::uint8_t y = 0x30;
  CHECK(vector_distance(Element::kBit, Metric::kHamming)(&x, &y, 4) == 2);
  CHECK(vector_distance(Element::kFloat, Metric::kL1)(a.data(), b.data(), 2) == 2);
  CHECK(vector_distance(Element::kBit, Metric::kJaccard)(&x, &y, 4) == 0.5);
  CHECK((vector_distance(Element::kFloat, Metric::kHamming) == nullptr));
  CHECK((vector_distance(Element::kBit, Metric::kL1) == nullptr));
  CHECK((vector_distance(Element::kBit, Metric::kL2) == nullptr));
}

TEST_CASE("vectors whose squares leave the range of floats are extreme, and set apart") {
  const float zeros[3] = {};
  const float tiny[3] = {1e-40F, 0, 0};
  const float small[3] = {0, 1e-14F, 0};
  const float large[3] = {1e17F, 1e17F, 0};
  const float huge[3] = {3e38F, 0, 1};
  CHECK(!is_extreme(zeros, 3));
  CHECK(is_extreme(tiny, 3));
  CHECK(!is_extreme(small, 3));
  CHECK(!is_extreme(large, 3));
  CHECK(is_extreme(huge, 3));
  const std::vector<float> mean(kRotated);
  VectorTransform transform{.metric = Metric::kCosine,
                            .element = Element::kFloat,
                            .dims = kDims,
                            .rotated = kRotated,
                            .is_rotated = true,
                            .rotation = {kRotated, 7},
                            .mean = mean.data()};
  const auto moved = [&transform](const float* x, bool is_query) {
    std::vector<float> out(kRotated);
    transform_vector(transform, x, is_query, out.data());
    return out;
  };
  CHECK(moved(huge, false) != moved(tiny, false));
  transform.sets_apart = true;
  CHECK(moved(huge, false) == moved(tiny, false));
  CHECK(moved(huge, false) != moved(small, false));
  CHECK(moved(small, true) == moved(small, false));
}

TEST_CASE("scores are in the order of distances") {
  CHECK(score_of_distance(Metric::kL2, 3) == 9);
  CHECK(score_of_distance(Metric::kCosine, 0.5) == 1);
  CHECK(score_of_distance(Metric::kInnerProduct, -2) == -2);
  CHECK(score_of_distance(Metric::kHamming, 5) == 5);
}

TEST_CASE("a stored sparse vector says its dimensions and elements itself") {
  struct Stored {
    std::int32_t dim;
    std::int32_t nnz;
    std::int32_t unused;
    std::int32_t indices[2];
    float values[2];
  };
  const Stored a{9, 2, 0, {1, 4}, {3, 4}};
  const Stored b{9, 2, 0, {4, 7}, {4, 1}};
  const Stored zero{9, 0, 0, {}, {}};
  CHECK(stored_bytes(Element::kSparse, 9, &a) == 28);
  CHECK(stored_bytes(Element::kSparse, 9, &zero) == 12);
  CHECK(stored_bytes(Element::kHalf, 9, &a) == 18);
  CHECK(vector_distance(Element::kSparse, Metric::kL2)(&a, &b, 9) == std::sqrt(10.0));
  CHECK(vector_distance(Element::kSparse, Metric::kInnerProduct)(&a, &b, 9) == -16);
  CHECK(vector_distance(Element::kSparse, Metric::kL1)(&a, &b, 9) == 4);
  CHECK(vector_distance(Element::kSparse, Metric::kCosine)(&a, &a, 9) == 0);
  CHECK((vector_distance(Element::kSparse, Metric::kHamming) == nullptr));
  CHECK(is_indexable(Element::kSparse, Metric::kCosine, &a, 9));
  CHECK(!is_indexable(Element::kSparse, Metric::kCosine, &zero, 9));
  CHECK(is_indexable(Element::kSparse, Metric::kL2, &zero, 9));
}

}  // namespace
}  // namespace vecext::transform_test
