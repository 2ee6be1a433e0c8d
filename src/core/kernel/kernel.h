// The innermost loops, one table of them for each instruction set.
//
// What every table promises:
//  - Pointers need no alignment. A count may be 0; a sum of nothing is 0.
//  - No loop allocates memory, and none reads beyond the counts that it is given.
//  - Sums of floats are in single precision, as in pgvector, so that they overflow to infinity for
//    the same inputs. Norms are in double precision. The order of additions differs between
//    instruction sets; README.md has the tolerance between tables.
//  - Results that are integers, and conversions, are equal bit for bit in all tables.
//
// select_best() chooses a table once. Tests can choose another table by its name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernel/half.h"

namespace vecext::kernel {

/// The three sums of a cosine: a·b, |a|² and |b|².
struct CosineSums {
  float dot;
  float norm_a;
  float norm_b;
};

/// The numbers of bits that are set in a & b, in a, and in b.
struct BitCounts {
  std::uint64_t both;
  std::uint64_t a;
  std::uint64_t b;
};

/// The non-zero elements of a sparse vector: `count` indices, which ascend strictly, and their
/// values.
struct SparseRow {
  const std::uint32_t* indices;
  const float* values;
  std::int32_t count;
};

/// Loops over dense vectors of `n` elements of type T (float or Half).
template <class T>
struct DenseKernels {
  float (*l2_squared)(const T* a, const T* b, std::size_t n);
  float (*inner_product)(const T* a, const T* b, std::size_t n);
  float (*l1)(const T* a, const T* b, std::size_t n);
  CosineSums (*cosine)(const T* a, const T* b, std::size_t n);
  double (*norm_squared)(const T* a, std::size_t n);

  // These compare a query with `count` rows, each of which begins `stride` bytes after the one
  // before. out[i] is bit for bit what the function for a single row gives for row i.
  void (*l2_squared_many)(const T* query, const void* rows, std::size_t stride, std::size_t count,
                          std::size_t n, float* out);
  void (*inner_product_many)(const T* query, const void* rows, std::size_t stride,
                             std::size_t count, std::size_t n, float* out);
  void (*l1_many)(const T* query, const void* rows, std::size_t stride, std::size_t count,
                  std::size_t n, float* out);
};

/// Loops over bit strings of `bytes` bytes.
struct BitKernels {
  std::uint64_t (*hamming)(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes);
  BitCounts (*jaccard)(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes);
};

/// Merges of two sparse rows.
struct SparseKernels {
  float (*l2_squared)(SparseRow a, SparseRow b);
  float (*inner_product)(SparseRow a, SparseRow b);
  float (*l1)(SparseRow a, SparseRow b);
};

/// Conversions, which round to nearest even. A NaN stays a NaN, but becomes quiet and may lose bits
/// of its payload. A value that is too large becomes infinite.
struct ConvertKernels {
  void (*half_to_float)(const Half* in, float* out, std::size_t n);
  void (*float_to_half)(const float* in, Half* out, std::size_t n);
};

/// What turns the sum of a lane into an estimate and a lower bound: estimate = base + scale * (a -
/// b * (step * sum + offset)), bound = estimate - scale * b * slack. a and b are the factors of the
/// lane.
struct EstimateTerms {
  float base;
  float scale;
  float step;
  float offset;
  float slack;
};

/// Loops over blocks of 32 codes in FastScan order (core/quant/README.md).
struct ScanKernels {
  /// Sets sums[i], for each of 32 lanes, to the sum of table[16 g + nibble of lane i in group g]
  /// over all groups g. The sum is exact for any number of groups. `codes` and `table` have 16 *
  /// groups bytes each.
  void (*sum_codes)(const std::uint8_t* codes, const std::uint8_t* table, std::size_t groups,
                    std::uint32_t* sums);
  /// Computes estimates[i] and bounds[i] of 32 lanes, whose factors are a[i] and b[i]. Returns as
  /// bits which lanes have a bound of at most `limit`. A bound that is NaN or minus infinity counts
  /// as such a bound.
  std::uint32_t (*estimate)(const std::uint32_t* sums, const Half* a, const Half* b,
                            const EstimateTerms& terms, float limit, float* estimates,
                            float* bounds);
  /// Returns the place of the least of `n` floats, or the first such place if several are equal.
  /// `n` is a multiple of 32 and greater than 0, and no float is NaN.
  std::size_t (*least)(const float* x, std::size_t n);
  /// Looks up `n` <= 32 numbers of four bytes, which begin `stride` bytes apart, in a bit string of
  /// `count` words. Returns as bits for which of the numbers the string has its bit set. A number
  /// beyond the string has no bit set. One more word, which is 0, must follow the string.
  std::uint32_t (*bits_at)(const std::uint32_t* words, std::uint32_t count, const void* numbers,
                           std::size_t stride, std::size_t n);
};

/// Sums over the residual r = x - c, where x is a row and c its centroid.
struct SignSums {
  float squares;          // sum of the squares of r
  float centroid;         // r . c
  float magnitudes;       // sum of the magnitudes of r, which equals the product of r and its signs
  float signed_centroid;  // product of c and the signs of r
};

/// Loops that make codes.
struct CodeKernels {
  /// Computes the sums over `n` dimensions, which are a multiple of four, and the codes of one bit
  /// of these dimensions. A nibble has the codes of four dimensions, and the first of these in its
  /// lowest bit. The bit of a dimension is set unless r < 0. The results are equal in all tables.
  SignSums (*code_signs)(const float* x, const float* c, std::size_t n, std::uint8_t* nibbles);
};

/// What the score of a posting depends on, besides its document and its frequency.
struct PostingTerms {
  float weight;                 // weight of the term, 0 <= weight <= 2^30
  const float* norms;           // by code of a length; a norm is at least 0
  const std::uint8_t* lengths;  // codes of the lengths of documents from `first` on; three more
                                // bytes after the last code must be readable
  std::uint32_t first;
};

struct ScoredDocument {
  std::uint32_t document;
  std::int32_t score;

  friend bool operator==(const ScoredDocument&, const ScoredDocument&) = default;
};

/// Loops over posting lists (core/postings). The `extra` of a posting is the frequency of its term
/// in its document, less one.
struct TextKernels {
  /// pack() packs 128 numbers below 2^width into 16 * width bytes, where width <= 31. text.h
  /// describes the format. unpack() does the inverse.
  void (*pack)(const std::uint32_t* numbers, unsigned width, std::uint8_t* bytes);
  void (*unpack)(const std::uint8_t* bytes, unsigned width, std::uint32_t* numbers);
  /// Unpacks 128 ascending numbers. What was packed is the gap between each number and the number
  /// before it, less one, and 0 in place of the gap of the first number. `first` is the first
  /// number.
  void (*unpack_gaps)(const std::uint8_t* bytes, unsigned width, std::uint32_t first,
                      std::uint32_t* numbers);
  /// Sets scores[i] = 1 + trunc(weight * f / (f + norm)), where f = 1 + extra[i] and norm is the
  /// norm of the length of documents[i].
  void (*score)(const std::uint32_t* documents, const std::uint32_t* extra, std::size_t n,
                const PostingTerms& terms, std::int32_t* scores);
  /// Writes those of `n` documents whose score is greater than `limit` to `out`, in their order.
  /// Returns how many it has written.
  std::size_t (*keep_above)(const std::uint32_t* documents, const std::int32_t* scores,
                            std::size_t n, std::int32_t limit, ScoredDocument* out);
  /// Writes documents whose sum of scores is greater than `limit` to `out`. `sums` has `groups`
  /// groups of 64 documents, of which the first document is `first`. The function reads only groups
  /// whose byte in `touched` is not 0, and in these groups only documents whose bit in `allowed` is
  /// set, or all if `allowed` is null. It sets the sums and bytes of these groups to 0. Returns how
  /// many documents it has written.
  std::size_t (*collect)(std::int32_t* sums, std::uint8_t* touched, const std::uint64_t* allowed,
                         std::size_t groups, std::uint32_t first, std::int32_t limit,
                         ScoredDocument* out);
  /// Takes from each of `n` words the bits at the places where its mask has bits, and moves them
  /// together, as a string of as many bits as the mask has. Then sets those bits of `out` that are
  /// set in the string, which is put at bit at[i] of `out`. The numbers in `at` ascend, and before
  /// the call `out` has no bit set from bit at[0] on. `out` has one word more than its last bit
  /// needs.
  void (*extract)(const std::uint64_t* words, const std::uint64_t* masks, const std::uint32_t* at,
                  std::size_t n, std::uint64_t* out);
  /// Finds those of `n` < 2^16 hashes that equal one of the `count` hashes at `wanted`. Sets
  /// `places` to their places, ascending, and returns how many there are.
  std::size_t (*find_hashes)(const std::uint32_t* hashes, std::size_t n,
                             const std::uint32_t* wanted, std::size_t count, std::uint16_t* places);
};

/// Products of a vector of floats and a vector of narrower elements.
struct MixedKernels {
  float (*half_product)(const float* a, const Half* b, std::size_t n);
  float (*int8_product)(const float* a, const std::int8_t* b, std::size_t n);
};

struct Kernels {
  const char* name;  // "portable", "avx2", "avx512", "neon"
  DenseKernels<float> f32;
  DenseKernels<Half> f16;
  BitKernels bits;
  SparseKernels sparse;
  ConvertKernels convert;
  ScanKernels scan;
  MixedKernels mixed;
  TextKernels text;
  CodeKernels code;
};

namespace detail {
extern const Kernels* active;
}

/// Returns the table in use, which is the portable one until select_best() or select() has run.
inline const Kernels& active() {
  return *detail::active;
}

/// The codes of a block of 32, with their factors, and the query's table: the arguments of
/// `sum_codes` and `estimate`.
struct ScoredBlock {
  const std::uint8_t* codes;
  const Half* a;
  const Half* b;
  const std::uint8_t* table;
  std::size_t groups;
};

/// Estimates and bounds of the 32 lanes of a block.
struct BlockScores {
  alignas(64) float estimates[32];
  alignas(64) float bounds[32];
};

/// Computes the sums, and then the estimates and bounds, of a block. Returns as bits which lanes
/// have a bound of at most `limit`.
inline std::uint32_t score_block(const ScoredBlock& block, const EstimateTerms& terms, float limit,
                                 BlockScores* scores) {
  const ScanKernels& scan = active().scan;
  alignas(64) std::uint32_t sums[32];
  scan.sum_codes(block.codes, block.table, block.groups, sums);
  return scan.estimate(sums, block.a, block.b, terms, limit, scores->estimates, scores->bounds);
}

/// Returns all tables that this build has and this machine can run, the portable one first and the
/// best one last. A null pointer ends the array.
const Kernels* const* available();

/// Uses the best table that this machine can run.
void select_best();

/// Uses the table of that name from now on. If the machine or the build does not have it, returns
/// false and changes nothing.
bool select(const char* name);

}  // namespace vecext::kernel
