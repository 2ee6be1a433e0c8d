// The measures of a codec, and what a code stands for.
#include "core/quant/codec.h"

#include <algorithm>
#include <cmath>

#include "core/quant/grid.h"

namespace vecext {
namespace {

/// Two numbers that hold for codes of normally distributed residuals: the mean square of a value,
/// and the squared cosine between the residual and its code (README.md).
struct Quality {
  float mean_square;
  float cosine_squared;
};

constexpr Quality quality(std::int32_t bits) {
  switch (bits) {
    case 1:
      return {1.0f, 0.63662f};
    case 2:
      return {0.8846f, 0.8812f};
    default:
      return {8.79f, 0.98846f};
  }
}

}  // namespace

Codec make_codec(Metric metric, std::int32_t bits, std::int32_t dims, std::int32_t bytes) {
  const std::int32_t fit = bytes / 16 * 4 / bits / 4 * 4;
  return {metric, bits, dims, std::min(dims, fit)};
}

float error_stddev(const Codec& codec) {
  const Quality q = quality(codec.bits);
  const float share = static_cast<float>(codec.coded) / static_cast<float>(codec.dims);
  return std::sqrt(q.mean_square * share * (1 - q.cosine_squared * share));
}

float usual_factor(const Codec& codec, float residual) {
  const Quality q = quality(codec.bits);
  const float product = std::sqrt(residual * q.mean_square * q.cosine_squared *
                                  static_cast<float>(codec.coded));  // <r, v>
  const float w = residual / product;
  return codec.metric == Metric::kInnerProduct ? w : 2 * w;
}

float factor_scale(float residual) {
  if (!(residual > 0) || !std::isfinite(residual)) {
    return 1;
  }
  // b grows with the length of the residual, and a with its square. The exponent keeps both near 1,
  // and the constant leaves room for a small b, which many dimensions cause.
  return std::exp2(std::round(0.75f * std::log2(residual)) - 3);
}

float factor_scale(const Codec& codec, float residual, float largest) {
  constexpr float kMost = 1 << 15;
  constexpr float kLeast = 1.0f / (1 << 14);
  const float usual = factor_scale(residual);
  const float of_a = std::ceil(std::log2(largest / kMost));
  const float of_b = std::floor(std::log2(usual_factor(codec, residual) / kLeast));
  return largest > usual * kMost && std::isfinite(of_b)
             ? std::max(usual, std::exp2(std::min(of_a, of_b)))
             : usual;
}

void decode(const Codec& codec, const std::uint8_t* nibbles, float w, float* residual) {
  with_grid(codec.bits, [&]<std::int32_t kBits>(Grid<kBits>) {
    using G = Grid<kBits>;
    for (std::int32_t i = 0; i < codec.coded; i += G::kDims) {
      const std::int32_t nibble = nibbles[i / G::kDims];
      for (std::int32_t d = 0; d < G::kDims; ++d) {
        residual[i + d] = w * G::value(G::code(nibble, d));
      }
    }
  });
  std::fill(residual + codec.coded, residual + codec.dims, 0.0f);
}

}  // namespace vecext
