// AVX2 with FMA, F16C and POPCNT: 256-bit vectors.
#include <immintrin.h>

#include "core/kernel/loops.h"
#include "core/kernel/scan.h"
#include "core/kernel/signs.h"
#include "core/kernel/sparse.h"
#include "core/kernel/text.h"

namespace vecext::kernel {
namespace {

struct Avx2 {
  using Floats = __m256;
  using Doubles = __m256d;
  using Words = __m256i;
  static constexpr std::size_t kRows = 3;  // 12 sums leave 4 of the 16 registers

  static Floats load(const float* p) { return _mm256_loadu_ps(p); }
  static Floats load(const float* p, std::size_t n) { return _mm256_maskload_ps(p, first(n)); }
  static Floats load(const Half* p) { return _mm256_cvtph_ps(load_unaligned<__m128i>(p)); }
  static Floats load(const Half* p, std::size_t n) {
    const std::size_t bytes = n * sizeof *p;
    return _mm256_cvtph_ps(
        reinterpret_cast<__m128i>(Two{load_word(p, 0, bytes), load_word(p, 8, bytes)}));
  }
  static Floats load(const std::int8_t* p) { return to_floats(load_unaligned<std::uint64_t>(p)); }
  static Floats load(const std::int8_t* p, std::size_t n) { return to_floats(load_word(p, 0, n)); }
  static Words load(const std::uint8_t* p) { return load_unaligned<Words>(p); }
  static Words load(const std::uint8_t* p, std::size_t n) {
    return reinterpret_cast<Words>(
        Four{load_word(p, 0, n), load_word(p, 8, n), load_word(p, 16, n), load_word(p, 24, n)});
  }

  static void store(float* p, Floats x) { _mm256_storeu_ps(p, x); }
  static void store(float* p, Floats x, std::size_t n) { _mm256_maskstore_ps(p, first(n), x); }
  static void store(Half* p, Floats x) {
    const __m128i halves = to_halves(x);
    std::memcpy(p, &halves, sizeof halves);
  }
  static void store(Half* p, Floats x, std::size_t n) {
    const __m128i halves = to_halves(x);
    copy_rest<sizeof halves>(p, &halves, n * sizeof *p);
  }

  static Floats mul_add(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  static Floats product(Floats a, Floats b) {
    Floats x = a * b;
    asm("" : "+x"(x));  // keeps x out of fused multiply-adds
    return x;
  }
  static Floats abs(Floats x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }
  static float sum(Floats x) {
    __m128 s = _mm256_castps256_ps128(x) + _mm256_extractf128_ps(x, 1);
    s = s + _mm_movehl_ps(s, s);
    return _mm_cvtss_f32(s + _mm_movehdup_ps(s));
  }

  static Floats lower(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static float least(Floats x) {
    __m128 s = _mm_min_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    s = _mm_min_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_min_ss(s, _mm_movehdup_ps(s)));
  }
  static Doubles low(Floats x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
  static Doubles high(Floats x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
  static Doubles mul_add(Doubles a, Doubles b, Doubles c) { return _mm256_fmadd_pd(a, b, c); }
  static double sum(Doubles x) {
    const __m128d s = _mm256_castpd256_pd128(x) + _mm256_extractf128_pd(x, 1);
    return _mm_cvtsd_f64(s + _mm_unpackhi_pd(s, s));
  }

  /// Counts the bits that are set in each 64-bit word. A table of the counts of 4 bits is looked up
  /// for all nibbles at once (Mula, Kurz, Lemire, "Faster population counts using AVX2
  /// instructions", 2018).
  static Words popcount(Words x) {
    const Words table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const Words nibble = _mm256_set1_epi8(15);
    const Words counts =
        _mm256_add_epi8(_mm256_shuffle_epi8(table, x & nibble),
                        _mm256_shuffle_epi8(table, _mm256_srli_epi16(x, 4) & nibble));
    return _mm256_sad_epu8(counts, Words{});
  }
  static std::uint64_t sum(Words x) {
    const __m128i s = _mm256_castsi256_si128(x) + _mm256_extracti128_si256(x, 1);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(s + _mm_unpackhi_epi64(s, s)));
  }

  /// Returns as bits which lanes of `a` have an index that `b` also has.
  static std::uint32_t found(const std::uint32_t* a, const std::uint32_t* b) {
    const __m256i x = load_unaligned<__m256i>(a);
    __m256i equal = {};
    for (std::int32_t k = 0; k < 8; ++k) {
      equal = equal | _mm256_cmpeq_epi32(x, _mm256_set1_epi32(load_unaligned<std::int32_t>(b + k)));
    }
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(equal)));
  }
  /// Loads the lanes of `p` whose bit is set in `lanes`. The other lanes become zeros.
  static Floats load_lanes(const float* p, std::uint32_t lanes) {
    const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i kept = _mm256_set1_epi32(static_cast<int>(lanes)) & bits;
    return _mm256_maskload_ps(p, _mm256_cmpeq_epi32(kept, bits));
  }

  /// Looks up each nibble in the 16 entries of the table that are in the same 128-bit lane.
  static Words lookup(Words table, Words nibbles) { return _mm256_shuffle_epi8(table, nibbles); }
  /// Returns as bits which lanes of `x` are not greater than those of `limit`. A NaN counts as not
  /// greater.
  static std::uint32_t not_above(Floats x, Floats limit) {
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(x, limit, _CMP_NGT_UQ)));
  }
  /// Does what ScanKernels::bits_at does, for n <= 8.
  static std::uint32_t bits_at(const std::uint32_t* words, std::uint32_t count, const void* numbers,
                               std::size_t stride, std::size_t n) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i offsets = _mm256_mullo_epi32(lanes, _mm256_set1_epi32(static_cast<int>(stride)));
    const __m256i number = _mm256_mask_i32gather_epi32(__m256i{}, static_cast<const int*>(numbers),
                                                       offsets, first(n), 1);
    const __m256i at =
        _mm256_min_epu32(_mm256_srli_epi32(number, 5), _mm256_set1_epi32(static_cast<int>(count)));
    const __m256i word = _mm256_mask_i32gather_epi32(__m256i{}, reinterpret_cast<const int*>(words),
                                                     at, first(n), 4);
    const __m256i bit = _mm256_srlv_epi32(word, number & _mm256_set1_epi32(31));
    return static_cast<std::uint32_t>(
        _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_slli_epi32(bit, 31))));
  }

  /// Returns as bits which lanes at `p` are greater than `limit`.
  static std::uint32_t above(const std::int32_t* p, std::int32_t limit) {
    const __m256i x = load_unaligned<__m256i>(p);
    const __m256i greater = _mm256_cmpgt_epi32(x, _mm256_set1_epi32(limit));
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(greater)));
  }
  /// Does what TextKernels::score does, for eight postings.
  static void score(const std::uint32_t* documents, const std::uint32_t* extra,
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
  static std::uint64_t extract(std::uint64_t word, std::uint64_t mask) {
    return _pext_u64(word, mask);
  }

 private:
  using Two [[gnu::vector_size(16)]] = std::uint64_t;
  using Four [[gnu::vector_size(32)]] = std::uint64_t;

  /// Returns the mask of the first n lanes.
  static __m256i first(std::size_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static Floats to_floats(std::uint64_t bytes) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(reinterpret_cast<__m128i>(Two{bytes, 0})));
  }
  static __m128i to_halves(Floats x) { return _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT); }
};

}  // namespace

constinit const Kernels avx2_table = {
    "avx2",
    dense_kernels<Avx2, float>(),
    dense_kernels<Avx2, Half>(),
    bit_kernels<Avx2>(),
    sparse_kernels<Avx2>(),
    convert_kernels<Avx2>(),
    scan_kernels<Avx2>(),
    mixed_kernels<Avx2>(),
    text_kernels<Avx2>(),
    code_kernels<Avx2>(),
};

}  // namespace vecext::kernel
