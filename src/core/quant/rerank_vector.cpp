#include "core/quant/rerank_vector.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/kernel/kernel.h"
#include "core/quant/int8.h"

namespace vecext {
namespace {

/// The error of sums of floats, here and in the operator's distance, relative to the lengths of the
/// vectors. It is several times the error of adding a few thousand products in many chains.
constexpr double kRounding = 4e-6;

RerankHead head_of(const std::byte* vector) {
  RerankHead head;
  std::memcpy(&head, vector, sizeof head);
  return head;
}

/// Returns a power of two near the largest element. Halves are exact to 11 bits for any such unit.
float half_scale(const float* x, std::size_t n) {
  float most = 0;
  for (std::size_t i = 0; i < n; ++i) {
    most = std::max(most, std::fabs(x[i]));
  }
  return most > 0 && std::isfinite(most) ? std::exp2(std::ceil(std::log2(most))) : 1;
}

/// How many elements are converted at a time.
constexpr std::size_t kPiece = 64;

void put_halves(const float* x, std::size_t n, float scale, std::byte* out) {
  float unit[kPiece];
  for (std::size_t i = 0; i < n; i += kPiece) {
    const std::size_t part = std::min(kPiece, n - i);
    for (std::size_t j = 0; j < part; ++j) {
      unit[j] = x[i + j] / scale;
    }
    kernel::active().convert.float_to_half(unit, reinterpret_cast<Half*>(out) + i, part);
  }
}

/// Gets elements [from, from + n) of the vector that the rerank vector stands for.
void get_part(Rerank rerank, const std::byte* vector, std::size_t from, std::size_t n, float* y) {
  const float scale = head_of(vector).scale;
  const std::byte* elements = vector + sizeof(RerankHead);
  if (rerank == Rerank::kHalf) {
    kernel::active().convert.half_to_float(reinterpret_cast<const Half*>(elements) + from, y, n);
    for (std::size_t i = 0; i < n; ++i) {
      y[i] *= scale;
    }
  } else {
    decode_int8(reinterpret_cast<const std::int8_t*>(elements) + from, n, scale, y);
  }
}

/// Returns a float that is at least x.
float rounded_up(double x) {
  const auto nearest = static_cast<float>(x);
  return nearest < x ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
}

/// The squared length of y, |y|^2, and its squared distance from x, |x - y|^2.
struct Loss {
  double norm_squared;
  double error_squared;
};

Loss loss_of(Rerank rerank, const std::byte* vector, const float* x, std::size_t n) {
  Loss loss{};
  float y[kPiece];
  for (std::size_t i = 0; i < n; ++i) {
    if (i % kPiece == 0) {
      get_part(rerank, vector, i, std::min(kPiece, n - i), y);
    }
    const double kept = y[i % kPiece];
    loss.norm_squared += kept * kept;
    loss.error_squared += (x[i] - kept) * (x[i] - kept);
  }
  return loss;
}

float product(Rerank rerank, const float* q, const std::byte* elements, std::size_t n) {
  const kernel::MixedKernels& mixed = kernel::active().mixed;
  return rerank == Rerank::kHalf
             ? mixed.half_product(q, reinterpret_cast<const Half*>(elements), n)
             : mixed.int8_product(q, reinterpret_cast<const std::int8_t*>(elements), n);
}

/// Returns the quantity that is rounded in a score, here or by the operator. For L2 it does not
/// include the mean, since the difference of two vectors does not depend on the mean that was
/// subtracted from both.
double rounded(Metric metric, const RerankQuery& query, double squares, double norm) {
  return metric == Metric::kL2 ? query.norm * query.norm + squares
                               : (query.norm + query.mean_norm) * (norm + query.mean_norm);
}

double inner_product(Rerank rerank, const RerankQuery& query, const RerankHead& head,
                     const std::byte* vector, std::int32_t dims) {
  return static_cast<double>(head.scale) *
         product(rerank, query.q, vector + sizeof head, static_cast<std::size_t>(dims));
}

/// Returns |q - y|^2, given |y|^2 and the product of q and y.
double squared_distance(const RerankQuery& query, double squares, double inner) {
  return std::max(0.0, query.norm * query.norm + squares - 2 * inner);
}

ScoreInterval interval_of(Metric metric, const RerankQuery& query, const RerankHead& head,
                          double inner) {
  const double squares = head.norm_squared;
  const double rounding = kRounding * rounded(metric, query, squares, std::sqrt(squares));
  double lower;
  double upper;
  if (metric == Metric::kInnerProduct) {
    const double error = query.norm * head.error + rounding;
    lower = query.shift - inner - error;
    upper = query.shift - inner + error;
  } else {
    const double score = squared_distance(query, squares, inner);
    const double nearest = std::max(0.0, std::sqrt(std::max(0.0, score - rounding)) - head.error);
    const double farthest = std::sqrt(score + rounding) + head.error;
    lower = nearest * nearest - rounding;
    upper = farthest * farthest + rounding;
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return std::isfinite(lower) && std::isfinite(upper) ? ScoreInterval{lower, upper}
                                                      : ScoreInterval{-kInfinity, kInfinity};
}

/// Returns a score that is at most the lower bound of interval_of(). It takes no root, since 2
/// sqrt(x) <= x / c + c.
double least_score(Metric metric, const RerankQuery& query, const RerankHead& head, double inner) {
  const double c = query.norm;
  const double squares = head.norm_squared;
  const double rounding = kRounding * rounded(metric, query, squares, (squares / c + c) / 2);
  if (metric == Metric::kInnerProduct) {
    return query.shift - inner - c * head.error - rounding;
  }
  const double score = squared_distance(query, squares, inner);
  return score - 2 * rounding - head.error * (score / c + c);
}

}  // namespace

std::size_t rerank_bytes(Rerank rerank, std::int32_t dims) {
  const auto n = static_cast<std::size_t>(dims);
  switch (rerank) {
    case Rerank::kNone:
      return 0;
    case Rerank::kInt8:
      return sizeof(RerankHead) + n;
    case Rerank::kHalf:
      break;
  }
  return sizeof(RerankHead) + n * sizeof(Half);
}

void put_rerank(Rerank rerank, const float* x, std::int32_t dims, std::byte* out) {
  const auto n = static_cast<std::size_t>(dims);
  RerankHead head{};
  std::byte* elements = out + sizeof head;
  if (rerank == Rerank::kHalf) {
    head.scale = half_scale(x, n);
    put_halves(x, n, head.scale, elements);
  } else {
    head.scale = encode_int8(x, n, reinterpret_cast<std::int8_t*>(elements));
  }
  std::memcpy(out, &head, sizeof head);
  const Loss loss = loss_of(rerank, out, x, n);
  head.norm_squared = static_cast<float>(loss.norm_squared);
  head.error = rounded_up(std::sqrt(loss.error_squared));
  if (!std::isfinite(loss.norm_squared) || !std::isfinite(loss.error_squared)) {
    head.error = std::numeric_limits<float>::infinity();
  }
  std::memcpy(out, &head, sizeof head);
}

void get_rerank(Rerank rerank, const std::byte* vector, std::int32_t dims, float* y) {
  get_part(rerank, vector, 0, static_cast<std::size_t>(dims), y);
}

float rerank_norm_squared(const std::byte* vector) {
  return head_of(vector).norm_squared;
}

float rerank_error(const std::byte* vector) {
  return head_of(vector).error;
}

bool rerank_holds(Rerank rerank, const std::byte* vector, const float* x, std::int32_t dims) {
  const Loss loss = loss_of(rerank, vector, x, static_cast<std::size_t>(dims));
  const double error = head_of(vector).error + kRounding * std::sqrt(loss.norm_squared);
  return !(loss.error_squared > error * error);
}

RerankQuery rerank_query(const float* q, const float* mean, std::int32_t dims, double shift) {
  const auto& kernels = kernel::active().f32;
  const auto n = static_cast<std::size_t>(dims);
  return {.q = q,
          .norm = std::sqrt(kernels.norm_squared(q, n)),
          .mean_norm = std::sqrt(kernels.norm_squared(mean, n)),
          .shift = shift};
}

ScoreInterval rerank_score(Rerank rerank, Metric metric, const RerankQuery& query,
                           const std::byte* vector, std::int32_t dims) {
  const RerankHead head = head_of(vector);
  const double inner = inner_product(rerank, query, head, vector, dims);
  return interval_of(metric, query, head, inner);
}

bool rerank_score_within(Rerank rerank, Metric metric, const RerankQuery& query,
                         const std::byte* vector, std::int32_t dims, double limit,
                         ScoreInterval* score) {
  const RerankHead head = head_of(vector);
  const double inner = inner_product(rerank, query, head, vector, dims);
  if (least_score(metric, query, head, inner) > limit) [[likely]] {
    return false;
  }
  *score = interval_of(metric, query, head, inner);
  return !(score->lower > limit);
}

}  // namespace vecext
