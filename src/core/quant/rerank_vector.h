// Vectors kept beside their codes, in 16 or 8 bits a dimension, by which a scan reranks before it
// reads the table.
//
//   rerank vector  0          4               8          12
//               | scale f4 | norm^2 f4     | error f4 | D elements: binary16 or int8 |
//
// A rerank vector stands for y = scale * elements, with |y|^2 = norm^2 and |x - y| <= error, where
// x is the vector of the row. By the triangle inequality, a score computed from y gives an interval
// in which the score of x lies.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/quant/codec.h"

namespace vecext {

/// The form of rerank vectors. The numbers are stored on disk and never change.
enum class Rerank : std::uint8_t { kNone = 0, kInt8 = 1, kHalf = 2 };

struct [[gnu::packed]] RerankHead {
  float scale;
  float norm_squared;
  float error;
};
static_assert(sizeof(RerankHead) == 12);

/// Returns how many bytes a rerank vector of D dimensions has, or 0 for Rerank::kNone.
std::size_t rerank_bytes(Rerank rerank, std::int32_t dims);

/// Writes the rerank vector of x (D floats) to `out`. If the norm of x is infinite, the error is,
/// too.
void put_rerank(Rerank rerank, const float* x, std::int32_t dims, std::byte* out);

/// Computes y, the vector that a rerank vector stands for, D floats.
void get_rerank(Rerank rerank, const std::byte* vector, std::int32_t dims, float* y);

/// Returns |y|^2.
float rerank_norm_squared(const std::byte* vector);

/// Returns the bound of |x - y| of a rerank vector.
float rerank_error(const std::byte* vector);

/// True if `vector` stands for x (D floats): |x - y| <= error, apart from the rounding of x. It is
/// also true if there is a NaN.
bool rerank_holds(Rerank rerank, const std::byte* vector, const float* x, std::int32_t dims);

/// The interval that the score (codec.h) of a row is in.
struct ScoreInterval {
  double lower;
  double upper;
};

/// A query for rerank_score(): D floats in model space, and the lengths from which the rounding of
/// floats is bounded.
struct RerankQuery {
  const float* q;
  double norm;       // |q|
  double mean_norm;  // norm of the mean that was subtracted from rows, and from q unless scores are
                     // inner products
  double shift;      // added to scores
};

/// Prepares the query `q` of D floats in model space; `mean` is the mean of the space.
RerankQuery rerank_query(const float* q, const float* mean, std::int32_t dims, double shift);

/// Returns the interval of the row's score. It is from minus to plus infinity if nothing is known
/// of the score. The interval allows for the rounding of float4 distances. So if the intervals of
/// two rows lie apart, the operator's distances have the same order.
ScoreInterval rerank_score(Rerank rerank, Metric metric, const RerankQuery& query,
                           const std::byte* vector, std::int32_t dims);

/// Sets *score to the same interval, unless its lower bound is beyond `limit`. Then returns false;
/// that is so for most rows, and mostly takes less time.
bool rerank_score_within(Rerank rerank, Metric metric, const RerankQuery& query,
                         const std::byte* vector, std::int32_t dims, double limit,
                         ScoreInterval* score);

}  // namespace vecext
