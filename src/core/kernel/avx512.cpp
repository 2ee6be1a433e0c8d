// AVX-512 F, BW, VL and DQ: 512-bit vectors, and masks for the rest at the end of an array.
#include "core/kernel/avx512.h"
#include "core/kernel/loops.h"
#include "core/kernel/scan.h"
#include "core/kernel/signs.h"
#include "core/kernel/sparse.h"
#include "core/kernel/text.h"

namespace vecext::kernel {
namespace {

struct Avx512 : Avx512Words {
  using Floats = __m512;
  using Doubles = __m512d;
  static constexpr std::size_t kRows = 4;

  using Avx512Words::load;
  using Avx512Words::sum;

  static Floats load(const float* p) {
    Floats x = _mm512_loadu_ps(p);
    asm("" : "+v"(x));  // GCC 12 would load x twice if it is an operand of two multiplications
    return x;
  }
  static Floats load(const float* p, std::size_t n) { return _mm512_maskz_loadu_ps(first(n), p); }
  static Floats load(const Half* p) { return to_floats(load_unaligned<__m256i>(p)); }
  static Floats load(const Half* p, std::size_t n) {
    return to_floats(_mm256_maskz_loadu_epi16(first(n), p));
  }
  static Floats load(const std::int8_t* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(load_unaligned<__m128i>(p)));
  }
  static Floats load(const std::int8_t* p, std::size_t n) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(first(n), p)));
  }

  static void store(float* p, Floats x) { _mm512_storeu_ps(p, x); }
  static void store(float* p, Floats x, std::size_t n) { _mm512_mask_storeu_ps(p, first(n), x); }
  static void store(Half* p, Floats x) {
    const __m256i halves = to_halves(x);
    std::memcpy(p, &halves, sizeof halves);
  }
  static void store(Half* p, Floats x, std::size_t n) {
    _mm256_mask_storeu_epi16(p, first(n), to_halves(x));
  }

  static Floats mul_add(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  static Floats product(Floats a, Floats b) {
    Floats x = a * b;
    asm("" : "+v"(x));  // keeps x out of fused multiply-adds
    return x;
  }
  static Floats abs(Floats x) { return _mm512_abs_ps(x); }
  static float sum(Floats x) {
    const __m256 h = _mm512_castps512_ps256(x) + _mm512_extractf32x8_ps(x, 1);
    __m128 s = _mm256_castps256_ps128(h) + _mm256_extractf128_ps(h, 1);
    s = s + _mm_movehl_ps(s, s);
    return _mm_cvtss_f32(s + _mm_movehdup_ps(s));
  }

  static Floats lower(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static float least(Floats x) {
    const __m256 h = _mm256_min_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 s = _mm_min_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    s = _mm_min_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_min_ss(s, _mm_movehdup_ps(s)));
  }
  static Doubles low(Floats x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
  static Doubles high(Floats x) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)); }
  static Doubles mul_add(Doubles a, Doubles b, Doubles c) { return _mm512_fmadd_pd(a, b, c); }
  static double sum(Doubles x) {
    const __m256d h = _mm512_castpd512_pd256(x) + _mm512_extractf64x4_pd(x, 1);
    const __m128d s = _mm256_castpd256_pd128(h) + _mm256_extractf128_pd(h, 1);
    return _mm_cvtsd_f64(s + _mm_unpackhi_pd(s, s));
  }

  /// Counts the bits that are set in each 64-bit word, by the table of avx2.cpp.
  static Words popcount(Words x) {
    const Words table =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const Words nibble = _mm512_set1_epi8(15);
    const Words counts =
        _mm512_add_epi8(_mm512_shuffle_epi8(table, x & nibble),
                        _mm512_shuffle_epi8(table, _mm512_srli_epi16(x, 4) & nibble));
    return _mm512_sad_epu8(counts, Words{});
  }

  /// Returns as bits which lanes of `a` have an index that `b` also has.
  static std::uint32_t found(const std::uint32_t* a, const std::uint32_t* b) {
    // The least difference of each lane is computed, which takes fewer steps than 16 comparisons to
    // masks.
    const __m512i x = _mm512_loadu_si512(a);
    __m512i least[2] = {_mm512_set1_epi32(-1), _mm512_set1_epi32(-1)};
    for (std::int32_t k = 0; k < 16; ++k) {
      const __m512i y = _mm512_set1_epi32(load_unaligned<std::int32_t>(b + k));
      least[k % 2] = _mm512_min_epu32(least[k % 2], x ^ y);
    }
    const __m512i either = _mm512_min_epu32(least[0], least[1]);
    return _mm512_testn_epi32_mask(either, either);
  }
  /// Loads the lanes of `p` whose bit is set in `lanes`. The other lanes become zeros.
  static Floats load_lanes(const float* p, std::uint32_t lanes) {
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>(lanes), p);
  }
  /// Loads the lanes of `p` whose bit is set in `lanes`, moved together, and zeros after them.
  static Floats compress(const float* p, std::uint32_t lanes) {
    return _mm512_maskz_compress_ps(static_cast<__mmask16>(lanes), _mm512_loadu_ps(p));
  }

  /// Looks up each nibble in the 16 entries of the table that are in the same 128-bit lane.
  static Words lookup(Words table, Words nibbles) { return _mm512_shuffle_epi8(table, nibbles); }
  /// Returns as bits which lanes of `x` are not greater than those of `limit`. A NaN counts as not
  /// greater.
  static std::uint32_t not_above(Floats x, Floats limit) {
    return _mm512_cmp_ps_mask(x, limit, _CMP_NGT_UQ);
  }
  /// Does what ScanKernels::bits_at does, for n <= 16.
  static std::uint32_t bits_at(const std::uint32_t* words, std::uint32_t count, const void* numbers,
                               std::size_t stride, std::size_t n) {
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i offsets = _mm512_mullo_epi32(lanes, _mm512_set1_epi32(static_cast<int>(stride)));
    const __m512i number = _mm512_mask_i32gather_epi32(__m512i{}, first(n), offsets, numbers, 1);
    const __m512i at =
        _mm512_min_epu32(_mm512_srli_epi32(number, 5), _mm512_set1_epi32(static_cast<int>(count)));
    const __m512i word = _mm512_mask_i32gather_epi32(__m512i{}, first(n), at, words, 4);
    const __m512i bit = _mm512_srlv_epi32(word, number & _mm512_set1_epi32(31));
    return _mm512_test_epi32_mask(bit, _mm512_set1_epi32(1));
  }

  /// Returns as bits which lanes at `p` are greater than `limit`.
  static std::uint32_t above(const std::int32_t* p, std::int32_t limit) {
    return _mm512_cmpgt_epi32_mask(_mm512_loadu_si512(p), _mm512_set1_epi32(limit));
  }
  /// Does what TextKernels::score does, for 16 postings. Two gathers of 256 bits are faster than
  /// one gather of 512 bits.
  static void score(const std::uint32_t* documents, const std::uint32_t* extra,
                    const PostingTerms& terms, std::int32_t* scores) {
    score_eight(documents, extra, terms, scores);
    score_eight(documents + 8, extra + 8, terms, scores + 8);
  }
  static std::uint64_t extract(std::uint64_t word, std::uint64_t mask) {
    return _pext_u64(word, mask);
  }

 private:
  static void score_eight(const std::uint32_t* documents, const std::uint32_t* extra,
                          const PostingTerms& terms, std::int32_t* scores) {
    const __m256i at = _mm256_sub_epi32(load_unaligned<__m256i>(documents),
                                        _mm256_set1_epi32(static_cast<int>(terms.first)));
    // A gather waits for the instruction that last wrote its result register, unless it has to
    // start from zeros. It starts from zeros if the compiler does not know that the mask has all
    // lanes.
    __m256i all = _mm256_set1_epi32(-1);
    asm("" : "+x"(all));
    const __m256i bytes = _mm256_mask_i32gather_epi32(
        __m256i{}, reinterpret_cast<const int*>(terms.lengths), at, all, 1);
    const __m256 norm =
        _mm256_mask_i32gather_ps(__m256{}, terms.norms, bytes & _mm256_set1_epi32(255),
                                 _mm256_castsi256_ps(all), sizeof(float));
    const __m256 frequency = _mm256_cvtepi32_ps(load_unaligned<__m256i>(extra)) + _mm256_set1_ps(1);
    const __m256 score = _mm256_set1_ps(terms.weight) * frequency / (frequency + norm);
    const __m256i rounded = _mm256_add_epi32(_mm256_cvttps_epi32(score), _mm256_set1_epi32(1));
    std::memcpy(scores, &rounded, sizeof rounded);
  }
  static __mmask16 first(std::size_t n) { return static_cast<__mmask16>(first_lanes(n)); }
  static Floats to_floats(__m256i halves) { return _mm512_cvtph_ps(halves); }
  static __m256i to_halves(Floats x) { return _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT); }
};

constexpr Kernels table(BitKernels bits) {
  return {"avx512",
          dense_kernels<Avx512, float>(),
          dense_kernels<Avx512, Half>(),
          bits,
          sparse_kernels<Avx512>(),
          convert_kernels<Avx512>(),
          scan_kernels<Avx512>(),
          mixed_kernels<Avx512>(),
          text_kernels<Avx512>(),
          code_kernels<Avx512>()};
}

}  // namespace

constinit const Kernels avx512_table = table(bit_kernels<Avx512>());
constinit const Kernels avx512_vpopcnt_table =
    table({avx512_vpopcnt_hamming, avx512_vpopcnt_jaccard});

}  // namespace vecext::kernel
