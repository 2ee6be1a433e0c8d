// Codes are known to be those of vectors of which only rounded copies are left.
#include "core/quant/code_check.h"

#include "core/quant/rerank_vector.h"
#include "doctest/doctest.h"
#include "quant/samples.h"

namespace vecext::code_check_test {
namespace {

/// A centroid and the vectors of its list, with their rerank vectors and codes.
struct CodedList {
  Codec codec;
  Rerank rerank;
  float scale;
  std::vector<float> centroid;
  std::vector<std::vector<std::byte>> kept;
  std::vector<std::vector<std::uint8_t>> nibbles;
  std::vector<Factors> factors;

  /// n vectors so far from a centroid of that length; 0: all are the centroid.
  CodedList(const Codec& of, Rerank kind, std::size_t n, float length, float distance)
      : codec(of), rerank(kind) {
    std::mt19937 random(4);
    const float root = std::sqrt(static_cast<float>(codec.dims));
    centroid = normal_values(codec.dims, random, length / root);
    scale = factor_scale(codec, distance * distance,
                         static_cast<float>(largest_factor(distance * distance, length)));
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<float> x = normal_values(codec.dims, random, distance / root);
      for (std::size_t j = 0; j < x.size(); ++j) {
        x[j] += centroid[j];
      }
      kept.emplace_back(rerank_bytes(rerank, codec.dims));
      put_rerank(rerank, x.data(), codec.dims, kept.back().data());
      nibbles.emplace_back(static_cast<std::size_t>(codec.groups()));
      factors.emplace_back();
      encode(codec, x.data(), centroid.data(), scale, nibbles.back().data(), &factors.back());
    }
  }

  bool holds(std::size_t vector, std::size_t code, const CodeCenter& origin) const {
    std::vector<float> y(static_cast<std::size_t>(codec.dims));
    std::vector<float> values(y.size());
    get_rerank(rerank, kept[vector].data(), codec.dims, y.data());
    return code_holds(codec, y.data(), static_cast<double>(rerank_error(kept[vector].data())),
                      origin, nibbles[code].data(), factors[code], values.data());
  }
  bool holds(std::size_t vector, std::size_t code) const {
    return holds(vector, code, {centroid.data(), scale});
  }
};

/// Codecs of all metrics; every second one has dimensions without codes.
template <class Check>
void each_codec(const Check& check) {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    for (const int bits : {1, 4}) {
      for (const int dims : {16, 112, 1536, 7000}) {
        for (const int coded : {dims, (dims * 9 / 10 + 3) / 4 * 4}) {
          CAPTURE(static_cast<int>(metric));
          CAPTURE(bits);
          CAPTURE(dims);
          CAPTURE(coded);
          check(Codec{metric, bits, dims, coded});
        }
      }
    }
  }
}

TEST_CASE("a code is known for that of its vector, whatever the lengths") {
  each_codec([](const Codec& codec) {
    for (const Rerank rerank : {Rerank::kHalf, Rerank::kInt8}) {
      for (const float length : {0.0F, 1e-12F, 1.0F, 3000.0F, 1e17F}) {
        for (const float distance : {0.0F, 1e-20F, 1e-14F, 1e-6F, 1e-3F, 1.0F, 1e5F, 1e18F}) {
          CAPTURE(length);
          CAPTURE(distance);
          const CodedList list(codec, rerank, 3, length, distance);
          for (std::size_t i = 0; i < list.kept.size(); ++i) {
            CHECK(list.holds(i, i));
          }
        }
      }
    }
  });
}

TEST_CASE("a code is that of a vector with an infinite square") {
  each_codec([](const Codec& codec) {
    for (const float distance : {1e19F, 1e20F, 1e30F}) {
      const CodedList list(codec, Rerank::kHalf, 2, 1, distance);
      CHECK(list.holds(0, 0));
      CHECK(list.holds(1, 1));
    }
  });
}

TEST_CASE("a code is not that of another vector, list or scale") {
  each_codec([](const Codec& codec) {
    for (const Rerank rerank : {Rerank::kHalf, Rerank::kInt8}) {
      const CodedList list(codec, rerank, 4, 2, 1);
      std::vector<float> other = list.centroid;
      other[1] += 3;
      other[2] -= 3;
      for (std::size_t i = 0; i < list.kept.size(); ++i) {
        CHECK(!list.holds(i, (i + 1) % list.kept.size()));
        CHECK(!list.holds(i, i, {other.data(), list.scale}));
        CHECK(!list.holds(i, i, {list.centroid.data(), 2 * list.scale}));
        CHECK(!list.holds(i, i, {list.centroid.data(), NAN}));
      }
    }
  });
}

TEST_CASE("factors are not those of a code") {
  each_codec([](const Codec& codec) {
    CodedList list(codec, Rerank::kHalf, 1, 2, 1);
    const Factors made = list.factors[0];
    for (const std::uint16_t bit : {0x8000, 0x4000, 0x0400, 0x0040}) {
      list.factors[0] = {made.a, {static_cast<std::uint16_t>(made.b.bits ^ bit)}};
      CHECK(!list.holds(0, 0));
    }
    for (const std::uint16_t a : {0x7c00, 0x7e00, 0xfc00, 0x7bff}) {  // -+ infinite, NaN, largest
      list.factors[0] = {{a}, made.b};
      CHECK(!list.holds(0, 0));
    }
    list.factors[0] = {{static_cast<std::uint16_t>(made.a.bits ^ 0x8000)}, made.b};
    CHECK(!list.holds(0, 0));
  });
}

}  // namespace
}  // namespace vecext::code_check_test
