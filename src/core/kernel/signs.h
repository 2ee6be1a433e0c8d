// Makes codes of one bit for each dimension. In one pass it computes the signs of a residual and
// the sums from which the factors of the code are made.
//
// The sums are equal in all tables. There are 16 chains of additions: chain k adds up the
// dimensions k, 16 + k, 32 + k and so on. Products are rounded before they are added, and the
// chains are always added to each other in the same order.
#pragma once

#include "core/kernel/scan.h"

namespace vecext::kernel {
namespace {

constexpr std::size_t kChains = 16;

/// 16 chains of additions for a sum, in as many vectors as they take.
template <class L>
struct Chains {
  using Floats = typename L::Floats;
  static constexpr std::size_t kWidth = sizeof(Floats) / sizeof(float);
  static constexpr std::size_t kVectors = kChains / kWidth;

  Floats parts[kVectors] = {};

  float sum() const {
    float sums[kChains];
    for (std::size_t i = 0; i < kVectors; ++i) {
      L::store(sums + i * kWidth, parts[i]);
    }
    for (std::size_t half = kChains / 2; half > 0; half /= 2) {
      for (std::size_t i = 0; i < half; ++i) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }
};

template <class L>
struct Signs {
  using Floats = typename L::Floats;
  using Ints = typename Vectors<sizeof(Floats)>::Ints;
  static constexpr std::size_t kWidth = Chains<L>::kWidth;

  Chains<L> squares, centroid, magnitudes, signed_centroid;

  /// Adds `n` <= kWidth dimensions to part `i` of each sum, and writes their codes to `nibbles`.
  /// `n` is a multiple of four.
  void add(std::size_t i, Floats x, Floats c, std::size_t n, std::uint8_t* nibbles) {
    const Floats r = x - c;
    squares.parts[i] += L::product(r, r);
    centroid.parts[i] += L::product(r, c);
    magnitudes.parts[i] += L::abs(r);
    const Ints flip = (r < 0) & INT32_MIN;
    signed_centroid.parts[i] += reinterpret_cast<Floats>(reinterpret_cast<Ints>(c) ^ flip);
    const std::uint32_t bits = L::not_above(Floats{}, r);
    for (std::size_t j = 0; j < n / 4; ++j) {
      nibbles[j] = static_cast<std::uint8_t>(bits >> 4 * j & 15);
    }
  }
};

template <class L>
SignSums code_signs(const float* x, const float* c, std::size_t n, std::uint8_t* nibbles) {
  constexpr std::size_t kWidth = Chains<L>::kWidth;
  Signs<L> signs;
  std::size_t at = 0;
  for (; at + kChains <= n; at += kChains) {
    for (std::size_t part = 0; part < Chains<L>::kVectors; ++part) {
      const std::size_t first = at + part * kWidth;
      signs.add(part, L::load(x + first), L::load(c + first), kWidth, nibbles + first / 4);
    }
  }
  std::size_t i = 0;
  for (; at + kWidth <= n; ++i, at += kWidth) {
    signs.add(i, L::load(x + at), L::load(c + at), kWidth, nibbles + at / 4);
  }
  if (at < n) {
    const std::size_t left = n - at;
    signs.add(i, L::load(x + at, left), L::load(c + at, left), left, nibbles + at / 4);
  }
  return {signs.squares.sum(), signs.centroid.sum(), signs.magnitudes.sum(),
          signs.signed_centroid.sum()};
}

template <class L>
constexpr CodeKernels code_kernels() {
  return {code_signs<L>};
}

}  // namespace
}  // namespace vecext::kernel
