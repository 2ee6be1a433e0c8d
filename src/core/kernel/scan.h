// Computes the scores of blocks of 32 codes in FastScan order (core/quant/README.md has a picture)
// by a query's table. The loops are written once over the primitives of an instruction set. The
// method is that of Andre, Kermarrec, Le Scouarnec, "Cache locality is not enough", VLDB 2015.
#pragma once

#include "core/kernel/loops.h"

namespace vecext::kernel {
namespace {

constexpr std::size_t kLanes = 32;
constexpr std::size_t kGroupBytes = 16;

/// The sum of so many bytes fits into 16 bits, since a byte is at most 255.
constexpr std::size_t kGroupsOf16Bits = 256;

/// Vectors of kBytes bytes. (GCC 12 does not compile sizes that depend on a template's parameter.)
template <std::size_t kBytes>
struct Vectors;
template <>
struct Vectors<16> {
  using Shorts [[gnu::vector_size(16)]] = std::uint16_t;
  using Ints [[gnu::vector_size(16)]] = std::int32_t;
};
template <>
struct Vectors<32> {
  using Shorts [[gnu::vector_size(32)]] = std::uint16_t;
  using Ints [[gnu::vector_size(32)]] = std::int32_t;
};
template <>
struct Vectors<64> {
  using Shorts [[gnu::vector_size(64)]] = std::uint16_t;
  using Ints [[gnu::vector_size(64)]] = std::int32_t;
};

/// Sums of eight lanes.
using EightShort = Vectors<16>::Shorts;
using EightLong [[gnu::vector_size(32)]] = std::uint32_t;

/// The sums of 32 lanes, eight in each member. They are not an array, because GCC would clear an
/// array by a slow instruction.
struct LaneSums {
  EightLong from_0, from_8, from_16, from_24;
};

/// Returns the sum of the 16-byte parts of a vector.
inline EightShort fold(EightShort x) {
  return x;
}
[[maybe_unused]] inline EightShort fold(Vectors<32>::Shorts x) {
  return __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
         __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
}
[[maybe_unused]] inline EightShort fold(Vectors<64>::Shorts x) {
  return fold(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) +
              __builtin_shufflevector(x, x, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
                                      30, 31));
}

/// Adds at most kGroupsOf16Bits groups to the sums. A 16-bit word has the table's entry for an even
/// byte and, above it, the entry for the odd byte after it. Words are added as they are, so that
/// the entries of odd bytes are added to the sums of the even ones, too, 256 times as high. So the
/// entries of odd bytes are also added up alone, and at the end their sum is subtracted.
template <class L>
[[gnu::always_inline]] inline void add_groups(const std::uint8_t* codes, const std::uint8_t* table,
                                              std::size_t groups, LaneSums& sums) {
  using Words = typename L::Words;
  using Shorts = typename Vectors<sizeof(Words)>::Shorts;
  const Shorts nibbles = Shorts{} + 0x0f0f;
  Shorts low_both = {}, low_odd = {}, high_both = {}, high_odd = {};
  const auto add = [&](Words code, Words entries) {
    const Shorts pairs = reinterpret_cast<Shorts>(code);
    const Words first = reinterpret_cast<Words>(pairs & nibbles);
    const Words second = reinterpret_cast<Words>((pairs >> 4) & nibbles);
    const Shorts low = reinterpret_cast<Shorts>(L::lookup(entries, first));
    const Shorts high = reinterpret_cast<Shorts>(L::lookup(entries, second));
    low_both += low;
    low_odd += low >> 8;
    high_both += high;
    high_odd += high >> 8;
  };
  const std::size_t bytes = groups * kGroupBytes;
  std::size_t at = 0;
  for (; at + sizeof(Words) <= bytes; at += sizeof(Words)) {
    add(L::load(codes + at), L::load(table + at));
  }
  if (at < bytes) {
    add(L::load(codes + at, bytes - at), L::load(table + at, bytes - at));
  }

  sums.from_0 += __builtin_convertvector(fold(low_both - (low_odd << 8)), EightLong);
  sums.from_8 += __builtin_convertvector(fold(low_odd), EightLong);
  sums.from_16 += __builtin_convertvector(fold(high_both - (high_odd << 8)), EightLong);
  sums.from_24 += __builtin_convertvector(fold(high_odd), EightLong);
}

template <class L>
void sum_codes(const std::uint8_t* codes, const std::uint8_t* table, std::size_t groups,
               std::uint32_t* sums) {
  LaneSums lanes = {EightLong{}, EightLong{}, EightLong{}, EightLong{}};
  while (groups > 0) {
    const std::size_t part = groups < kGroupsOf16Bits ? groups : kGroupsOf16Bits;
    add_groups<L>(codes, table, part, lanes);
    codes += part * kGroupBytes;
    table += part * kGroupBytes;
    groups -= part;
  }
  std::memcpy(sums, &lanes.from_0, sizeof lanes.from_0);
  std::memcpy(sums + 8, &lanes.from_8, sizeof lanes.from_8);
  std::memcpy(sums + 16, &lanes.from_16, sizeof lanes.from_16);
  std::memcpy(sums + 24, &lanes.from_24, sizeof lanes.from_24);
}

template <class L>
std::uint32_t estimate(const std::uint32_t* sums, const Half* a, const Half* b,
                       const EstimateTerms& terms, float limit, float* estimates, float* bounds) {
  using Floats = typename L::Floats;
  using Ints = typename Vectors<sizeof(Floats)>::Ints;
  constexpr std::size_t kStep = sizeof(Floats) / sizeof(float);
  const Floats base = Floats{} + terms.base;
  const Floats scale = Floats{} + terms.scale;
  const Floats step = Floats{} + terms.step;
  const Floats offset = Floats{} + terms.offset;
  const Floats width = Floats{} - terms.scale * terms.slack;
  const Floats most = Floats{} + limit;
  std::uint32_t lanes = 0;
  for (std::size_t i = 0; i < kLanes; i += kStep) {
    const Ints sum = load_unaligned<Ints>(sums + i);
    const Floats row_b = L::load(b + i);
    const Floats product = L::mul_add(step, __builtin_convertvector(sum, Floats), offset);
    const Floats row = L::mul_add(-row_b, product, L::load(a + i));
    const Floats estimate = L::mul_add(scale, row, base);
    const Floats bound = L::mul_add(width, row_b, estimate);
    L::store(estimates + i, estimate);
    L::store(bounds + i, bound);
    lanes |= L::not_above(bound, most) << i;
  }
  return lanes;
}

template <class L>
std::size_t least(const float* x, std::size_t n) {
  using Floats = typename L::Floats;
  constexpr std::size_t kStep = sizeof(Floats) / sizeof(float);
  Floats lower = L::load(x);
  for (std::size_t i = kStep; i < n; i += kStep) {
    lower = L::lower(lower, L::load(x + i));
  }
  const Floats least = Floats{} + L::least(lower);
  for (std::size_t i = 0;; i += kStep) {
    const std::uint32_t lanes = L::not_above(L::load(x + i), least);
    if (lanes != 0) {
      return i + static_cast<std::size_t>(__builtin_ctz(lanes));
    }
  }
}

/// Implements ScanKernels::bits_at. It has no branch that depends on the bits, since a processor
/// could not predict it.
template <class L>
std::uint32_t bits_at(const std::uint32_t* words, std::uint32_t count, const void* numbers,
                      std::size_t stride, std::size_t n) {
  const auto* at = static_cast<const std::uint8_t*>(numbers);
  std::uint32_t bits = 0;
  if constexpr (requires { L::bits_at(words, count, at, stride, n); }) {
    constexpr std::size_t kStep = sizeof(typename L::Floats) / sizeof(float);
    for (std::size_t i = 0; i < n; i += kStep) {
      const std::size_t step = n - i < kStep ? n - i : kStep;
      bits |= L::bits_at(words, count, at + i * stride, stride, step) << i;
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      const auto number = load_unaligned<std::uint32_t>(at + i * stride);
      const std::uint32_t word = number / 32 < count ? number / 32 : count;
      bits |= (words[word] >> number % 32 & 1) << i;
    }
  }
  return bits;
}

template <class L>
constexpr ScanKernels scan_kernels() {
  return {sum_codes<L>, estimate<L>, least<L>, bits_at<L>};
}

}  // namespace
}  // namespace vecext::kernel
