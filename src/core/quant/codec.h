// RaBitQ codes of 1, 2 or 4 bits a dimension, relative to a centroid (Gao and Long 2024, arXiv
// 2405.12497; multi-bit: arXiv 2409.09913; the two-factor form is derived in README.md).
//
// All vectors here are rotated. A vector x of a list with centroid c is coded by its residual r = x
// - c: the code v(r) has one of 2^bits values a dimension ({-1,1}, {-1.5 .. 1.5}, {-7.5 .. 7.5}),
// and two factors a and b turn <v, q> into an unbiased estimate of the score, which orders rows as
// the distance does:
//
//   L2   |q - x|^2  ~  |q - c|^2 + a - b <v, q>     a = |r|^2 + 2w <v, c>     b = 2w
//   IP     -<q, x>  ~   -<q, c> + a - b <v, q>      a = w <v, c> - <r, c>     b = w
//
// where w = |r|^2 / <r, v>, and the standard deviation is  error_stddev(codec) * b * |q - c|.
// Cosine is L2 of unit vectors. Dimensions are coded in groups of 4 bits (a nibble), with the first
// dimension in the lowest bits. If vectors are wide, only the first `coded` dimensions have codes,
// so that 32 codes fit in a page; the estimate stays unbiased.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "core/kernel/half.h"

namespace vecext {

/// The metric of an index. The numbers are stored on disk and never change.
enum class Metric : std::uint8_t {
  kL2 = 0,
  kInnerProduct = 1,
  kCosine = 2,
  kHamming = 3,
  kL1 = 4,
  kJaccard = 5
};

struct Codec {
  Metric metric;
  std::int32_t bits;   // 1, 2 or 4
  std::int32_t dims;   // D of the rotation
  std::int32_t coded;  // dimensions that have a code, a multiple of 4, <= dims

  /// Returns how many nibbles a code has. A block of 32 codes has 16 bytes for each nibble.
  std::int32_t groups() const { return coded * bits / 4; }
};

/// Returns the codec with the most coded dimensions whose block of 32 codes takes at most `bytes`
/// bytes.
Codec make_codec(Metric metric, std::int32_t bits, std::int32_t dims, std::int32_t bytes);

/// Returns the standard deviation of an estimate in units of b * |q - c|
/// (docs/experiments/codes.md). It is larger if not every dimension is coded.
float error_stddev(const Codec& codec);

/// Returns the factor b of a typical residual whose squared length is `residual`.
float usual_factor(const Codec& codec, float residual);

/// The factors in fp16, divided by the list's scale.
struct Factors {
  Half a;
  Half b;
};

/// A center that codes are relative to, D floats, and the scale of the factors of these codes.
struct CodeCenter {
  const float* vector;
  float scale;
};

/// Codes the residual of x (D floats, rotated) to centroid c. `nibbles` has room for groups()
/// values 0..15. A residual of zero has a = b = 0. If a factor divided by `scale` is beyond fp16's
/// range, a is minus infinity and b is 0: such a row is always a candidate.
void encode(const Codec& codec, const float* x, const float* centroid, float scale,
            std::uint8_t* nibbles, Factors* factors);

/// Returns about the largest factor a of residuals whose squared length is `squared`. `centroid` is
/// the length of their centroid.
inline double largest_factor(double squared, double centroid) {
  // |w <v, c>| is at most |r| |c|, divided by the cosine between a residual and its code.
  constexpr double kTerms = 2.5;
  return squared + kTerms * __builtin_sqrt(squared) * centroid;
}

/// Returns the scale for a list whose mean squared residual is `residual`: a power of two that
/// brings the factors of its rows near 1.
float factor_scale(float residual);

/// Returns the scale for a list if its factors a may be as large as `largest`. With this scale they
/// stay in fp16's range, unless typical factors b would leave it.
float factor_scale(const Codec& codec, float residual, float largest);

/// Computes the residual that a code stands for as the estimator sees it: w * v, D floats, with 0
/// in dimensions that are not coded. It serves vecext.quantize().
void decode(const Codec& codec, const std::uint8_t* nibbles, float w, float* residual);

// Blocks have 32 codes in FastScan order (README.md has the picture). Byte 16 g + j has group g of
// lane i = order[j]: in the low nibble if i < 16, in the high nibble if i >= 16.

/// Puts nibbles[0 .. groups) into lane `lane` of the block.
void put_lane(std::uint8_t* block, std::int32_t groups, std::int32_t lane,
              const std::uint8_t* nibbles);

/// Returns in which of a group's 16 bytes the nibble of a lane is.
std::int32_t byte_of_lane(std::int32_t lane);

/// Makes a block of the codes of 32 lanes. Each code has `stride` bytes of memory, a multiple of
/// 16: byte i has nibble 2 i in its low bits, and nibble 2 i + 1 in its high bits. Nibbles beyond
/// `groups` are not read.
void make_block(const std::uint8_t* codes, std::size_t stride, std::int32_t groups,
                std::uint8_t* block);

/// Copies the nibbles of a lane to nibbles[0 .. groups).
void get_lane(const std::uint8_t* block, std::int32_t groups, std::int32_t lane,
              std::uint8_t* nibbles);

/// A query that was prepared once: a table of bytes to look codes up in. For a code v, the sum over
/// all groups g of table[16 g + nibble of g] is (<v, q> - offset) / step, rounded.
struct QueryTable {
  std::uint8_t* table;  // 16 * groups() bytes of the caller's
  float step;
  float offset;
};

/// Fills query->table (16 * codec.groups() bytes) for the rotated query q of D floats.
void prepare_query(const Codec& codec, const float* q, QueryTable* query);

}  // namespace vecext
