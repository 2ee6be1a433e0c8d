// AArch64 Advanced SIMD: 128-bit vectors.
#include <arm_neon.h>

#include "core/kernel/loops.h"
#include "core/kernel/scan.h"
#include "core/kernel/signs.h"
#include "core/kernel/sparse.h"
#include "core/kernel/text.h"

namespace vecext::kernel {
namespace {

struct Neon {
  using Floats = float32x4_t;
  using Doubles = float64x2_t;
  using Words = uint64x2_t;
  static constexpr std::size_t kRows = 4;

  static Floats load(const float* p) { return load_unaligned<Floats>(p); }
  static Floats load(const float* p, std::size_t n) {
    return vreinterpretq_f32_u64(load_rest(p, n * sizeof *p));
  }
  static Floats load(const Half* p) { return vcvt_f32_f16(load_unaligned<float16x4_t>(p)); }
  static Floats load(const Half* p, std::size_t n) {
    return vcvt_f32_f16(vreinterpret_f16_u64(vcreate_u64(load_word(p, 0, n * sizeof *p))));
  }
  static Floats load(const std::int8_t* p) { return to_floats(load_unaligned<std::uint32_t>(p)); }
  static Floats load(const std::int8_t* p, std::size_t n) { return to_floats(load_word(p, 0, n)); }
  static Words load(const std::uint8_t* p) { return load_unaligned<Words>(p); }
  static Words load(const std::uint8_t* p, std::size_t n) { return load_rest(p, n); }

  static void store(float* p, Floats x) { std::memcpy(static_cast<void*>(p), &x, sizeof x); }
  static void store(float* p, Floats x, std::size_t n) {
    copy_rest<sizeof x>(p, &x, n * sizeof *p);
  }
  static void store(Half* p, Floats x) {
    const float16x4_t halves = vcvt_f16_f32(x);
    std::memcpy(p, &halves, sizeof halves);
  }
  static void store(Half* p, Floats x, std::size_t n) {
    const float16x4_t halves = vcvt_f16_f32(x);
    copy_rest<sizeof halves>(p, &halves, n * sizeof *p);
  }

  static Floats mul_add(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
  static Floats product(Floats a, Floats b) {
    Floats x = a * b;
    asm("" : "+w"(x));  // keeps x out of fused multiply-adds
    return x;
  }
  static Floats abs(Floats x) { return vabsq_f32(x); }
  static float sum(Floats x) { return vaddvq_f32(x); }
  static Floats lower(Floats a, Floats b) { return vminq_f32(a, b); }
  static float least(Floats x) { return vminvq_f32(x); }

  static Doubles low(Floats x) { return vcvt_f64_f32(vget_low_f32(x)); }
  static Doubles high(Floats x) { return vcvt_high_f64_f32(x); }
  static Doubles mul_add(Doubles a, Doubles b, Doubles c) { return vfmaq_f64(c, a, b); }
  static double sum(Doubles x) { return vaddvq_f64(x); }

  /// Counts the bits that are set in each 64-bit word.
  static Words popcount(Words x) {
    return vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(vcntq_u8(vreinterpretq_u8_u64(x)))));
  }
  static std::uint64_t sum(Words x) { return vaddvq_u64(x); }

  /// Returns as bits which lanes of `a` have an index that `b` also has.
  static std::uint32_t found(const std::uint32_t* a, const std::uint32_t* b) {
    const int32x4_t x = load_unaligned<int32x4_t>(a);
    uint32x4_t equal = {};
    for (std::int32_t k = 0; k < 4; ++k) {
      equal = equal | vceqq_s32(x, vdupq_n_s32(load_unaligned<std::int32_t>(b + k)));
    }
    return vaddvq_u32(equal & kLaneBits);
  }
  /// Loads the lanes of `p` whose bit is set in `lanes`. The other lanes become zeros.
  static Floats load_lanes(const float* p, std::uint32_t lanes) {
    const uint32x4_t kept = vtstq_u32(vdupq_n_u32(lanes), kLaneBits);
    return vreinterpretq_f32_u32(load_unaligned<uint32x4_t>(p) & kept);
  }

  /// Looks up each nibble in the 16 entries of the table.
  static Words lookup(Words table, Words nibbles) {
    return vreinterpretq_u64_u8(
        vqtbl1q_u8(vreinterpretq_u8_u64(table), vreinterpretq_u8_u64(nibbles)));
  }
  /// Returns as bits which lanes of `x` are not greater than those of `limit`. A NaN counts as not
  /// greater.
  static std::uint32_t not_above(Floats x, Floats limit) {
    return vaddvq_u32(~vcgtq_f32(x, limit) & kLaneBits);
  }

  /// Returns as bits which lanes at `p` are greater than `limit`.
  static std::uint32_t above(const std::int32_t* p, std::int32_t limit) {
    return vaddvq_u32(vcgtq_s32(load_unaligned<int32x4_t>(p), vdupq_n_s32(limit)) & kLaneBits);
  }

 private:
  static constexpr uint32x4_t kLaneBits = {1, 2, 4, 8};

  static Floats to_floats(std::uint64_t bytes) {
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8(bytes)))));
  }
  static uint64x2_t load_rest(const void* p, std::size_t bytes) {
    return uint64x2_t{load_word(p, 0, bytes), load_word(p, 8, bytes)};
  }
};

}  // namespace

constinit const Kernels neon_table = {
    "neon",
    dense_kernels<Neon, float>(),
    dense_kernels<Neon, Half>(),
    bit_kernels<Neon>(),
    sparse_kernels<Neon>(),
    convert_kernels<Neon>(),
    scan_kernels<Neon>(),
    mixed_kernels<Neon>(),
    text_kernels<Neon>(),
    code_kernels<Neon>(),
};

}  // namespace vecext::kernel
