// How much of a list's centroid an estimate subtracts from the query, and how far bounds lie from
// estimates. By L2 the whole centroid is subtracted. By inner product any share t > 0 may be: in
// the mean, the score is -<q, c> + t a - b <v, q>. The share that makes t c the projection of q on
// c leaves the least of q, and the error then does not depend on the length of the query.
#pragma once

#include "core/quant/codec.h"

namespace vecext {

/// Returns the share of the centroid to subtract, in (0, 1]. `product` is <q, c>, and
/// `centroid_squared` is |c|^2.
inline float center_share(Metric metric, float product, float centroid_squared) {
  constexpr float kLeastShare = 1e-30F;  // its inverse is still a float
  if (metric != Metric::kInnerProduct || !(product < centroid_squared)) {
    return 1;
  }
  const float share = product / centroid_squared;
  return share > kLeastShare ? share : kLeastShare;
}

/// How many standard deviations a bound lies from its estimate (RaBitQ's epsilon; measured,
/// docs/experiments/codes.md).
inline constexpr float kBoundWidth = 1.6f;

/// How many standard deviations bounds allow for the rounding of the query's table. The rounding
/// error is the same for all rows with one code, such as rows on a line, which would be missed
/// together. For other rows it is a small part of the error.
inline constexpr float kRoundingWidth = 3.2f;

/// Returns how far a bound lies below an estimate, in units of the factor b. It allows for the
/// error of the codes, and for the rounding of the query's table. `squared` is |q - c|^2.
inline float bound_slack(const Codec& codec, const QueryTable& table, float squared) {
  const float code = kBoundWidth * error_stddev(codec);
  const float step = kRoundingWidth * table.step;
  const float rounding = step * step * static_cast<float>(codec.groups()) / 12;
  return __builtin_sqrtf(code * code * squared + rounding);
}

}  // namespace vecext
