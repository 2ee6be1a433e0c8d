// The 16 codewords of a group of a learned codebook: which is nearest, their products with a query.
//
// A codebook has 16 floats for each dimension, the values of its group's codewords in it. So
// codewords are the lanes of vectors, and a group of kDims (4, 2 or 1) dimensions has 16 * kDims
// floats.
#pragma once

#include <cstddef>

#include "core/quant/float4.h"

namespace vecext {

inline constexpr std::int32_t kCodewords = 16;

/// The values of codewords in dimension i; those of the group's other dimensions follow.
inline const float* words_of(const float* codebook, std::int32_t i) {
  return codebook + std::ptrdiff_t{kCodewords} * i;
}

/// A value for each codeword.
struct CodewordLanes {
  Float4 lanes[4];
};

/// Inner products of the codewords with q.
template <std::int32_t kDims>
CodewordLanes codeword_products(const float* words, const float* q) {
  CodewordLanes products = {};
  for (std::int32_t d = 0; d < kDims; ++d) {
    for (std::int32_t part = 0; part < 4; ++part) {
      products.lanes[part] += load4(words + kCodewords * d + 4 * part) * q[d];
    }
  }
  return products;
}

/// The codeword nearest to u, or any whose squared distance is greater by less than a share of
/// 2^-18.
template <std::int32_t kDims>
std::int32_t nearest_codeword(const float* words, const float* u) {
  // Squares are not negative, so their bits order as integers; the lowest four make room for the
  // number of the word.
  Int4 least = Int4{} + 0x7fffffff;
  for (std::int32_t part = 0; part < 4; ++part) {
    Float4 squares = {};
    for (std::int32_t d = 0; d < kDims; ++d) {
      const Float4 apart = load4(words + kCodewords * d + 4 * part) - u[d];
      squares += apart * apart;
    }
    const Int4 key = (reinterpret_cast<Int4>(squares) & ~15) | (Int4{0, 1, 2, 3} + 4 * part);
    least = key < least ? key : least;
  }
  const Int4 across = __builtin_shufflevector(least, least, 2, 3, 0, 1);
  least = across < least ? across : least;
  return (least[0] < least[1] ? least[0] : least[1]) & 15;
}

}  // namespace vecext
