// The table for any machine. Its vectors of 128 bits are those of GCC's vector extension, which the
// compiler maps to what the machine has. It is built with -ffp-contract=off, so that sums are the
// same on all machines.
#include "core/kernel/loops.h"
#include "core/kernel/scan.h"
#include "core/kernel/signs.h"
#include "core/kernel/sparse.h"
#include "core/kernel/text.h"

namespace vecext::kernel {
namespace {

using Ints [[gnu::vector_size(16)]] = std::int32_t;

Ints select(Ints condition, Ints then, Ints otherwise) {
  return (condition & then) | (~condition & otherwise);
}

/// Returns a vector whose first `bytes` bytes are those at `from`, and whose other bytes are zeros.
template <class Vector>
inline Vector load_rest(const void* from, std::size_t bytes) {
  Vector value = {};
  copy_rest<sizeof value>(&value, from, bytes);
  return value;
}

struct Portable {
  using Floats [[gnu::vector_size(16)]] = float;
  using Doubles [[gnu::vector_size(16)]] = double;
  using Words [[gnu::vector_size(16)]] = std::uint64_t;
  using Halves [[gnu::vector_size(8)]] = std::uint16_t;
  using Chars [[gnu::vector_size(4)]] = std::int8_t;
  static constexpr std::size_t kRows = 2;

  static Floats load(const float* p) { return load_unaligned<Floats>(p); }
  static Floats load(const float* p, std::size_t n) { return load_rest<Floats>(p, n * sizeof *p); }
  static Floats load(const Half* p) { return to_floats(load_unaligned<Halves>(p)); }
  static Floats load(const Half* p, std::size_t n) {
    return to_floats(load_rest<Halves>(p, n * sizeof *p));
  }
  static Floats load(const std::int8_t* p) { return to_floats(load_unaligned<Chars>(p)); }
  static Floats load(const std::int8_t* p, std::size_t n) {
    return to_floats(load_rest<Chars>(p, n));
  }
  static Words load(const std::uint8_t* p) { return load_unaligned<Words>(p); }
  static Words load(const std::uint8_t* p, std::size_t n) { return load_rest<Words>(p, n); }

  static void store(float* p, Floats x) { std::memcpy(static_cast<void*>(p), &x, sizeof x); }
  static void store(float* p, Floats x, std::size_t n) {
    copy_rest<sizeof x>(p, &x, n * sizeof *p);
  }
  static void store(Half* p, Floats x) {
    const Halves halves = to_halves(x);
    std::memcpy(p, &halves, sizeof halves);
  }
  static void store(Half* p, Floats x, std::size_t n) {
    const Halves halves = to_halves(x);
    copy_rest<sizeof halves>(p, &halves, n * sizeof *p);
  }

  static Floats mul_add(Floats a, Floats b, Floats c) { return a * b + c; }
  static Floats product(Floats a, Floats b) { return a * b; }
  static Floats abs(Floats x) {
    return reinterpret_cast<Floats>(reinterpret_cast<Ints>(x) & 0x7fffffff);
  }
  static float sum(Floats x) { return (x[0] + x[2]) + (x[1] + x[3]); }
  static Floats lower(Floats a, Floats b) { return a < b ? a : b; }
  static float least(Floats x) {
    const float even = x[0] < x[2] ? x[0] : x[2];
    const float odd = x[1] < x[3] ? x[1] : x[3];
    return even < odd ? even : odd;
  }

  static Doubles low(Floats x) { return Doubles{x[0], x[1]}; }
  static Doubles high(Floats x) { return Doubles{x[2], x[3]}; }
  static Doubles mul_add(Doubles a, Doubles b, Doubles c) { return a * b + c; }
  static double sum(Doubles x) { return x[0] + x[1]; }

  /// Counts the bits that are set in each 64-bit word: first in each 2 bits, then in each 4, then
  /// in more.
  static Words popcount(Words x) {
    x = x - ((x >> 1) & 0x5555555555555555u);
    x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    x = x + (x >> 8);
    x = x + (x >> 16);
    return (x + (x >> 32)) & 0x7f;
  }
  static std::uint64_t sum(Words x) { return x[0] + x[1]; }

  /// Returns as bits which lanes of `a` have an index that `b` also has.
  static std::uint32_t found(const std::uint32_t* a, const std::uint32_t* b) {
    const Ints x = load_unaligned<Ints>(a);
    const Ints y = load_unaligned<Ints>(b);
    const Ints bits = ((x == y[0]) | (x == y[1]) | (x == y[2]) | (x == y[3])) & kLaneBits;
    return static_cast<std::uint32_t>((bits[0] | bits[1]) | (bits[2] | bits[3]));
  }
  /// Loads the lanes of `p` whose bit is set in `lanes`. The other lanes become zeros.
  static Floats load_lanes(const float* p, std::uint32_t lanes) {
    const Ints kept = (Ints{} + static_cast<std::int32_t>(lanes)) & kLaneBits;
    return reinterpret_cast<Floats>(load_unaligned<Ints>(p) & (kept != 0));
  }

  /// Returns as bits which lanes of `x` are not greater than those of `limit`. A NaN counts as not
  /// greater.
  static std::uint32_t not_above(Floats x, Floats limit) {
    const Ints bits = ~(x > limit) & kLaneBits;
    return static_cast<std::uint32_t>((bits[0] | bits[1]) | (bits[2] | bits[3]));
  }

 private:
  static constexpr Ints kLaneBits = {1, 2, 4, 8};

  // The exponent biases of float and binary16 differ by 112, and their fractions by 13 bits.
  static constexpr std::int32_t kRebias = 112 << 23;

  static Floats to_floats(Chars chars) { return __builtin_convertvector(chars, Floats); }

  static Floats to_floats(Halves halves) {
    const Ints bits = __builtin_convertvector(halves, Ints);
    const Ints sign = (bits & 0x8000) << 16;
    const Ints x = bits & 0x7fff;
    const Ints normal = (x << 13) + kRebias;
    const Ints subnormal = reinterpret_cast<Ints>(__builtin_convertvector(x, Floats) * 0x1p-24f);
    const Ints infinite_or_nan = (x >= 0x7c00) & 0x7f800000;
    const Ints quiet = (x > 0x7c00) & 0x00400000;
    return reinterpret_cast<Floats>(sign | select(x < 0x400, subnormal, normal) | infinite_or_nan |
                                    quiet);
  }

  static Halves to_halves(Floats floats) {
    const Ints bits = reinterpret_cast<Ints>(floats);
    const Ints sign = (bits >> 16) & 0x8000;
    const Ints x = bits & 0x7fffffff;
    // This rounds to nearest even. It adds half a unit of the result less one, and one more if the
    // last bit of the result is set. A carry goes into the exponent, which may become that of
    // infinity.
    const Ints normal = (x - kRebias + 0xfff + ((x >> 13) & 1)) >> 13;
    // The last bit of 0.5f has the weight of the last bit of a subnormal of binary16, so that the
    // addition rounds to that bit.
    const Ints subnormal = reinterpret_cast<Ints>(reinterpret_cast<Floats>(x) + 0.5f) - 0x3f000000;
    const Ints finite = select(x < 0x38800000, subnormal, normal);
    const Ints nan = 0x7e00 | ((x >> 13) & 0x3ff);
    const Ints infinite_or_nan = select(x > 0x7f800000, nan, Ints{} + 0x7c00);
    return __builtin_convertvector(sign | select(x < 0x47800000, finite, infinite_or_nan), Halves);
  }
};

/// Computes the sums column by column. It takes four of the 16 columns at a time, so that their
/// sums stay in registers.
void sum_codes_by_column(const std::uint8_t* codes, const std::uint8_t* table, std::size_t groups,
                         std::uint32_t* sums) {
  for (std::size_t column = 0; column < kGroupBytes; column += 4) {
    std::uint32_t low[4] = {};
    std::uint32_t high[4] = {};
    for (std::size_t at = 0; at < groups * kGroupBytes; at += kGroupBytes) {
      for (std::size_t i = 0; i < 4; ++i) {
        const std::uint8_t code = codes[at + column + i];
        low[i] += table[at + (code & 15)];
        high[i] += table[at + (code >> 4)];
      }
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t lane = (column + i) / 2 + (i % 2) * 8;
      sums[lane] = low[i];
      sums[lane + 16] = high[i];
    }
  }
}

}  // namespace

constinit const Kernels portable_table = {
    "portable",
    dense_kernels<Portable, float>(),
    dense_kernels<Portable, Half>(),
    bit_kernels<Portable>(),
    sparse_kernels<Portable>(),
    convert_kernels<Portable>(),
    {sum_codes_by_column, estimate<Portable>, least<Portable>, bits_at<Portable>},
    mixed_kernels<Portable>(),
    text_kernels<Portable>(),
    code_kernels<Portable>(),
};

}  // namespace vecext::kernel
