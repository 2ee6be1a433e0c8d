// These are plain loops. They have a form that compilers vectorize though they may not reorder
// float sums.
#include "core/quant/int8.h"

#include <bit>

namespace vecext {
namespace {

constexpr float kLargest = 127;

/// A vector whose largest |x| is less than this becomes zeros, as the reciprocal of the largest may
/// not be a float.
constexpr float kSmallest = 0x1p-100f;

/// If this is added to a float of up to 2^22, the lowest bits are the nearest whole number (half to
/// even) in two's complement.
constexpr float kRounder = 0x1.8p23f;

/// Returns the largest |x|. Floats without a sign have the order of integers.
float largest_of(const float* x, std::size_t n) {
  std::int32_t largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t size = std::bit_cast<std::int32_t>(x[i]) & 0x7fffffff;
    largest = size > largest ? size : largest;
  }
  return std::bit_cast<float>(largest);
}

}  // namespace

float encode_int8(const float* x, std::size_t n, std::int8_t* out) {
  const float largest = largest_of(x, n);
  const bool some = largest >= kSmallest;
  const float steps = some ? kLargest / largest : 0;
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = static_cast<std::int8_t>(std::bit_cast<std::int32_t>(x[i] * steps + kRounder));
  }
  return some ? largest / kLargest : 0;
}

void decode_int8(const std::int8_t* in, std::size_t n, float step, float* out) {
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = step * static_cast<float>(in[i]);
  }
}

}  // namespace vecext
