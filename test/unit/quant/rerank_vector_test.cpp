// Vectors in 8 or 16 bits: what they say of their own error.
#include "core/quant/rerank_vector.h"

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "doctest/doctest.h"

namespace vecext::rerank_vector_test {
namespace {

constexpr std::int32_t kDims = 16;

/// The distance between two vectors.
double distance(const std::vector<float>& x, const std::vector<float>& y) {
  double sum = 0;
  for (std::size_t d = 0; d < x.size(); ++d) {
    const double difference = static_cast<double>(x[d]) - static_cast<double>(y[d]);
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

TEST_CASE("what is lost is at most the error, also where floats have few bits") {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (const Rerank rerank : {Rerank::kInt8, Rerank::kHalf}) {
    for (const double unit : {1e-44, 1e-41, 1e-38, 1e-30, 1.0, 1e18}) {
      CAPTURE(static_cast<int>(rerank));
      CAPTURE(unit);
      for (int i = 0; i < 200; ++i) {
        std::vector<float> x(kDims);
        for (float& element : x) {
          element = static_cast<float>(unit * normal(random));
        }
        std::vector<std::byte> kept(rerank_bytes(rerank, kDims));
        put_rerank(rerank, x.data(), kDims, kept.data());
        std::vector<float> y(kDims);
        get_rerank(rerank, kept.data(), kDims, y.data());
        RerankHead head;
        std::memcpy(&head, kept.data(), sizeof head);
        CHECK(distance(x, y) <= static_cast<double>(head.error));
        CHECK(rerank_holds(rerank, kept.data(), x.data(), kDims));
      }
    }
  }
}

}  // namespace
}  // namespace vecext::rerank_vector_test
