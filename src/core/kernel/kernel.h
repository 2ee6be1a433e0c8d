// The innermost loops, one table of them for each instruction set.
//
// Contracts, the same for every table:
//  - Pointers need no alignment. Counts may be 0; sums over nothing are 0.
//  - Nothing allocates, nothing reads past the counts given.
//  - Float sums accumulate in float4 (as pgvector's do: overflow to infinity is visible to users),
//    norms in double. The order of additions is the instruction set's own; see kernel/README.md for
//    the tolerance between tables.
//  - Integer results and conversions are equal bit for bit in all tables.
//
// A table is chosen once, by select_best(), and can be forced by name for tests.
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

/// Population counts of a & b, a and b.
struct BitCounts {
  std::uint64_t both;
  std::uint64_t a;
  std::uint64_t b;
};

/// Non-zero elements of a sparse vector: `count` strictly ascending indices and their values.
struct SparseRow {
  const std::int32_t* indices;
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

  // Batch forms. There are `count` rows; row i starts `stride` bytes after row i-1. out[i] has the
  // same bits as the single form gives for row i.
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

/// Conversions, to nearest even. NaNs stay NaNs (quieted, with the payload cut off); overflow gives
/// infinity.
struct ConvertKernels {
  void (*half_to_float)(const Half* in, float* out, std::size_t n);
  void (*float_to_half)(const float* in, Half* out, std::size_t n);
};

/// The terms that turn the sums of a block into estimates: estimate = base + scale * (a - b * (step
/// * sum + offset)), bound = estimate - scale * b * slack.
struct EstimateTerms {
  float base;
  float scale;
  float step;
  float offset;
  float slack;
};

/// Loops over blocks of 32 codes in FastScan order (core/quant/README.md).
struct ScanKernels {
  /// Computes sums[i] = the sum over groups g of table[16 g + nibble of lane i in group g]. It is
  /// exact for any number of groups; codes and table have 16 * groups bytes.
  void (*sum_codes)(const std::uint8_t* codes, const std::uint8_t* table, std::size_t groups,
                    std::uint32_t* sums);
  /// Computes estimates[i] and bounds[i] of 32 lanes with factors a[i], b[i]. Returns which lanes
  /// have a bound of at most `limit`, as bits; NaN and minus infinity count as such bounds.
  std::uint32_t (*estimate)(const std::uint32_t* sums, const Half* a, const Half* b,
                            const EstimateTerms& terms, float limit, float* estimates,
                            float* bounds);
  /// Returns the place of the least of n floats, or the first of these places if there are several.
  /// n is a multiple of 32 and more than 0, and no float is NaN.
  std::size_t (*least)(const float* x, std::size_t n);
  /// Looks n <= 32 numbers of four bytes, `stride` bytes apart, up in a string of `count` words.
  /// Returns as bits which of them have their bit set; numbers beyond the string have none. The
  /// string is followed by one more word, which is 0.
  std::uint32_t (*bits_at)(const std::uint32_t* words, std::uint32_t count, const void* numbers,
                           std::size_t stride, std::size_t n);
};

/// Sums over the residual r = x - c of a row to its centroid.
struct SignSums {
  float squares;          // sum of the squares of r
  float centroid;         // r . c
  float magnitudes;       // sum of the magnitudes of r, which is the product of r with its signs
  float signed_centroid;  // product of c with the signs of r
};

/// Loops that make codes.
struct CodeKernels {
  /// Computes the sums over n dimensions, a multiple of four, and their codes of one bit. There is
  /// a nibble for each four dimensions, the first dimension in its lowest bit, which is set unless
  /// r < 0. The results are equal in all tables.
  SignSums (*code_signs)(const float* x, const float* c, std::size_t n, std::uint8_t* nibbles);
};

/// What the score of a posting, that is, of a document that a term is in, depends on.
struct PostingTerms {
  float weight;                 // weight of the term, 0 <= weight <= 2^30
  const float* norms;           // by code of a length; at least 0
  const std::uint8_t* lengths;  // codes of the lengths of documents from `first` on; three more
                                // bytes behind the last code can be read
  std::uint32_t first;
};

struct ScoredDocument {
  std::uint32_t document;
  std::int32_t score;

  friend bool operator==(const ScoredDocument&, const ScoredDocument&) = default;
};

/// Loops over posting lists (core/postings). The `extra` of a posting is the term's frequency in
/// the document less one.
struct TextKernels {
  /// pack() puts 128 numbers below 2^width, width <= 31, into 16 * width bytes, in four lanes
  /// (text.h); unpack() does the inverse.
  void (*pack)(const std::uint32_t* numbers, unsigned width, std::uint8_t* bytes);
  void (*unpack)(const std::uint8_t* bytes, unsigned width, std::uint32_t* numbers);
  /// Unpacks an ascending list. The gaps between its numbers, less one, were packed, with 0 in
  /// place of the first gap; `first` is the first number.
  void (*unpack_gaps)(const std::uint8_t* bytes, unsigned width, std::uint32_t first,
                      std::uint32_t* numbers);
  /// Computes scores[i] = 1 + trunc(weight * f / (f + norms[length of documents[i]])), f = 1 +
  /// extra[i].
  void (*score)(const std::uint32_t* documents, const std::uint32_t* extra, std::size_t n,
                const PostingTerms& terms, std::int32_t* scores);
  /// Keeps those of n documents whose score is greater than the limit, in their order. Returns how
  /// many it keeps.
  std::size_t (*keep_above)(const std::uint32_t* documents, const std::int32_t* scores,
                            std::size_t n, std::int32_t limit, ScoredDocument* out);
  /// Keeps documents whose sum of scores is greater than the limit. There are 64 documents in each
  /// of `groups` groups; the first document is `first`. Reads groups whose byte of `touched` is not
  /// 0, and in them documents whose bit of `allowed` is set (all if it is null). Sets the sums and
  /// bytes of these groups to 0. Returns how many it keeps.
  std::size_t (*collect)(std::int32_t* sums, std::uint8_t* touched, const std::uint64_t* allowed,
                         std::size_t groups, std::uint32_t first, std::int32_t limit,
                         ScoredDocument* out);
  /// For each of n words, takes its bits at the places of its mask's bits, moves them together, and
  /// sets the bits of the string `out` from number `at` on where they are set. The numbers ascend,
  /// and in `out` no bit from the first of them on is set before. `out` has one word more than the
  /// last bit needs.
  void (*extract)(const std::uint64_t* words, const std::uint64_t* masks, const std::uint32_t* at,
                  std::size_t n, std::uint64_t* out);
  /// Finds those of n hashes, n < 2^16, that are among `count` wanted ones. Sets `places` to their
  /// places, ascending, and returns how many there are.
  std::size_t (*find_hashes)(const std::uint32_t* hashes, std::size_t n,
                             const std::uint32_t* wanted, std::size_t count, std::uint16_t* places);
};

/// Products of a float vector with one of narrower elements.
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

/// The codes of a block of 32, their factors, and the query's table, as `sum_codes` and `estimate`
/// take them.
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

/// Does both passes over a block. Returns which lanes have a bound of at most `limit`, as bits.
inline std::uint32_t score_block(const ScoredBlock& block, const EstimateTerms& terms, float limit,
                                 BlockScores* scores) {
  const ScanKernels& scan = active().scan;
  alignas(64) std::uint32_t sums[32];
  scan.sum_codes(block.codes, block.table, block.groups, sums);
  return scan.estimate(sums, block.a, block.b, terms, limit, scores->estimates, scores->bounds);
}

/// Returns every table that this build has and this machine can run, the portable one first and the
/// best one last; null ends the list.
const Kernels* const* available();

/// Uses the best table that this machine can run.
void select_best();

/// Uses the table of that name. Returns false, and changes nothing, if the machine or the build
/// lacks it.
bool select(const char* name);

}  // namespace vecext::kernel
