// Turns a residual into its code and factors. Codes of one bit take one pass over the residual.
// Other codes take two passes: one for the moments of the residual, and one for the codes.
#include <cmath>

#include "core/kernel/kernel.h"
#include "core/quant/codec.h"
#include "core/quant/float4.h"
#include "core/quant/grid.h"

namespace vecext {
namespace {

constexpr Half kMinusInfinity = {0xfc00};

/// Sums over some dimensions of the residual r to the centroid c.
struct Moments {
  float squares;   // |r|^2
  float centroid;  // <r, c>
};

Moments moments(const float* x, const float* centroid, std::int32_t from, std::int32_t to) {
  Float4 squares = {};
  Float4 products = {};
  for (std::int32_t i = from; i < to; i += 4) {
    const Float4 c = load4(centroid + i);
    const Float4 r = load4(x + i) - c;
    squares += r * r;
    products += r * c;
  }
  return {sum4(squares), sum4(products)};
}

/// Sums over the values of a code v.
struct CodeSums {
  float residual;  // <r, v>
  float centroid;  // <v, c>
};

/// Writes four codes as nibbles, the first dimension in the lowest bits.
template <std::int32_t kBits>
void put_codes(Int4 codes, std::uint8_t* nibbles) {
  using Byte4 [[gnu::vector_size(4)]] = std::uint8_t;
  if constexpr (kBits == 4) {
    const Byte4 bytes = __builtin_convertvector(codes, Byte4);
    std::memcpy(nibbles, &bytes, sizeof bytes);
  } else {
    static_assert(kBits == 2);
    nibbles[0] = static_cast<std::uint8_t>(codes[0] | codes[1] << 2);
    nibbles[1] = static_cast<std::uint8_t>(codes[2] | codes[3] << 2);
  }
}

template <std::int32_t kBits>
CodeSums put_code(const float* x, const float* centroid, std::int32_t coded, float steps,
                  std::uint8_t* nibbles) {
  using G = Grid<kBits>;
  constexpr float kHighest = G::kLevels - 1;
  Float4 residual = {};
  Float4 products = {};
  for (std::int32_t i = 0; i < coded; i += 4) {
    const Float4 c = load4(centroid + i);
    const Float4 r = load4(x + i) - c;
    Float4 place = r * steps + static_cast<float>(G::kLevels / 2);
    place = place > 0 ? place : Float4{};  // also if it is NaN
    place = place < kHighest ? place : Float4{} + kHighest;
    const Int4 codes = __builtin_convertvector(place, Int4);
    const Float4 v = (__builtin_convertvector(codes, Float4) - G::kMiddle) * G::kUnit;
    residual += r * v;
    products += c * v;
    put_codes<kBits>(codes, nibbles + i / G::kDims);
  }
  return {sum4(residual), sum4(products)};
}

Half to_half(float x) {
  Half half;
  kernel::active().convert.float_to_half(&x, &half, 1);
  return half;
}

float to_float(Half half) {
  float x;
  kernel::active().convert.half_to_float(&half, &x, 1);
  return x;
}

bool is_finite(Half half) {
  return (half.bits & 0x7c00) != 0x7c00;
}

/// The sums that the factors of a residual are computed from.
struct ResidualSums {
  Moments moments;  // over all dimensions
  CodeSums code;
};

/// Makes the code of one bit a dimension: computes moments and signs in one pass.
ResidualSums put_signs(const float* x, const float* centroid, const Codec& codec,
                       std::uint8_t* nibbles) {
  const kernel::SignSums sums =
      kernel::active().code.code_signs(x, centroid, static_cast<std::size_t>(codec.coded), nibbles);
  const Moments rest = moments(x, centroid, codec.coded, codec.dims);
  return {{sums.squares + rest.squares, sums.centroid + rest.centroid},
          {sums.magnitudes, sums.signed_centroid}};
}

/// Makes the code of more than one bit a dimension, in a pass for the unit of the values, and a
/// pass for the code.
ResidualSums put_levels(const float* x, const float* centroid, const Codec& codec,
                        std::uint8_t* nibbles) {
  const Moments coded = moments(x, centroid, 0, codec.coded);
  const Moments rest = moments(x, centroid, codec.coded, codec.dims);
  const float root = std::sqrt(coded.squares / static_cast<float>(codec.coded));
  const float unit = root > 0 ? 1 / root : 0;
  const CodeSums code = with_grid(codec.bits, [&]<std::int32_t kBits>(Grid<kBits>) {
    if constexpr (kBits > 1) {
      return put_code<kBits>(x, centroid, codec.coded, unit / Grid<kBits>::kStep, nibbles);
    } else {
      return CodeSums{};  // put_signs() makes codes of one bit
    }
  });
  return {{coded.squares + rest.squares, coded.centroid + rest.centroid}, code};
}

}  // namespace

void encode(const Codec& codec, const float* x, const float* centroid, float scale,
            std::uint8_t* nibbles, Factors* factors) {
  const auto [all, code] = codec.bits == 1 ? put_signs(x, centroid, codec, nibbles)
                                           : put_levels(x, centroid, codec, nibbles);
  if (all.squares == 0) {
    *factors = {};
    return;
  }
  const bool product = codec.metric == Metric::kInnerProduct;
  const float w = all.squares / code.residual;
  factors->b = to_half((product ? w : 2 * w) / scale);
  // As b is used as it was rounded, its error cancels the error of a for a query near the centroid.
  const float constant = product ? -all.centroid : all.squares;
  factors->a = to_half(constant / scale + to_float(factors->b) * code.centroid);
  if (!(code.residual > 0) || !is_finite(factors->a) || !is_finite(factors->b)) {
    *factors = {kMinusInfinity, {0}};
  }
}

}  // namespace vecext
