// How a code is checked. Let x be the vector of the code, with |x - y| <= e. Let r = y - c be the
// residual that is known, and v the values of the code. Then:
//   - a dimension of x - c has the sign of its value in v; if r has the other sign there, x - y is
//     at least as long: the squares of r over such dimensions are e^2 together, at most;
//   - |x - c| is in |r| -+ e, and <x - c, v> is in <r, v> -+ e |v|: so b is in an interval;
//   - <x - c, c> is in <r, c> -+ e |c|: given b, a is in an interval, too.
#include "core/quant/code_check.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {
namespace {

/// The error of float residuals relative to the lengths of their vectors, with a margin.
constexpr double kRounding = 1e-6;
/// A length: squares of shorter residuals are beyond the range of floats.
constexpr double kShortest = 1e-15;
/// A sum of floats errs, for each dimension, by less than this part of the product of the lengths
/// of its terms.
constexpr double kOfSum = 0x1p-24;
/// Twice the error of rounding to fp16. The second half is a margin for sums of floats.
constexpr double kOfHalf = 0x1p-10;
constexpr double kOfSmallHalf = 0x1p-23;  // if the result is subnormal

/// Sums over the residual r of y to the centroid c, and over the values v of a code.
struct Sums {
  double centroid_squares;   // |c|^2
  double residual_squares;   // |r|^2
  double contrary_squares;   // |r|^2 over dimensions where v has the other sign
  double value_squares;      // |v|^2
  double residual_centroid;  // <r, c>
  double residual_values;    // <r, v>
  double values_centroid;    // <v, c>
};

using Double2 [[gnu::vector_size(16)]] = double;

Double2 load2(const float* x) {
  return Double2{x[0], x[1]};
}

double sum2(Double2 x) {
  return x[0] + x[1];
}

/// Computes the sums in doubles, as squares of the rows that are set apart are beyond the range of
/// floats.
Sums sums_of(const Codec& codec, const float* y, const float* centroid, const float* values) {
  Double2 sums[7] = {};
  for (std::int32_t i = 0; i < codec.dims; i += 2) {
    const Double2 c = load2(centroid + i);
    const Double2 r = load2(y + i) - c;
    const Double2 v = load2(values + i);
    const Double2 squares = r * r;
    const Double2 products = r * v;
    sums[0] += c * c;
    sums[1] += squares;
    sums[2] += products < 0 ? squares : Double2{};
    sums[3] += v * v;
    sums[4] += r * c;
    sums[5] += products;
    sums[6] += v * c;
  }
  return {sum2(sums[0]), sum2(sums[1]), sum2(sums[2]), sum2(sums[3]),
          sum2(sums[4]), sum2(sums[5]), sum2(sums[6])};
}

struct Interval {
  double lower;
  double upper;

  /// True if x is in the interval, apart from rounding. It is false for NaN.
  bool holds(double x, double rounding) const {
    return x >= lower - rounding - kOfHalf * std::fabs(lower) &&
           x <= upper + rounding + kOfHalf * std::fabs(upper);
  }
};

/// Returns the interval of lengths that the residual may have.
Interval lengths(const Sums& sums, double error) {
  const double length = std::sqrt(sums.residual_squares);
  return {std::max(0.0, length - error), length + error};
}

/// Returns the interval of values that factor b may have.
Interval interval_of_b(const Codec& codec, const Sums& sums, double error, double scale) {
  const double unit = (codec.metric == Metric::kInnerProduct ? 1 : 2) / scale;
  const double reach = error * std::sqrt(sums.value_squares);
  const Interval length = lengths(sums, error);
  // If no part of a residual points in the direction of its code, the residual has no such factors.
  const double most = std::max(0.0, sums.residual_values + reach);
  const double least = std::max(0.0, sums.residual_values - reach);
  return {length.lower > 0 ? unit * length.lower * length.lower / most : 0,
          unit * length.upper * length.upper / least};
}

/// Returns the interval of values that factor a may have, less b <v, c>.
Interval interval_of_constant(const Codec& codec, const Sums& sums, double error) {
  if (codec.metric == Metric::kInnerProduct) {
    const double reach = error * std::sqrt(sums.centroid_squares);
    return {-sums.residual_centroid - reach, -sums.residual_centroid + reach};
  }
  const Interval length = lengths(sums, error);
  return {length.lower * length.lower, length.upper * length.upper};
}

/// Returns how much of the error of factor a comes from sums of floats.
double rounding_of_a(const Codec& codec, const Sums& sums, double error, double scale, double b) {
  const double centroid = std::sqrt(sums.centroid_squares);
  const double residual = lengths(sums, error).upper;
  const double other = codec.metric == Metric::kInnerProduct ? centroid : residual;
  return kOfSum * codec.dims *
         (residual * other / scale + b * std::sqrt(sums.value_squares) * centroid);
}

double to_double(Half half) {
  float x;
  kernel::active().convert.half_to_float(&half, &x, 1);
  return x;
}

}  // namespace

bool code_holds(const Codec& codec, const float* y, double error, const CodeCenter& center,
                const std::uint8_t* nibbles, const Factors& factors, float* values) {
  const double a = to_double(factors.a);
  const double b = to_double(factors.b);
  if (std::isinf(a) && a < 0) {
    return b == 0;
  }
  decode(codec, nibbles, 1, values);
  const Sums sums = sums_of(codec, y, center.vector, values);
  // Neither y nor c is longer than this length.
  const double longest = std::sqrt(sums.residual_squares) + std::sqrt(sums.centroid_squares);
  const double reach = error + kShortest + 2 * kRounding * longest;
  if (!std::isfinite(reach + sums.residual_squares)) {
    return true;
  }
  const double scale = center.scale;
  const Interval constant = interval_of_constant(codec, sums, reach);
  const double of_values = b * sums.values_centroid;
  const Interval of_a = {constant.lower / scale + of_values, constant.upper / scale + of_values};
  return sums.contrary_squares <= reach * reach &&
         interval_of_b(codec, sums, reach, scale).holds(b, kOfSmallHalf) &&
         of_a.holds(a, kOfSmallHalf + rounding_of_a(codec, sums, reach, scale, b));
}

}  // namespace vecext
