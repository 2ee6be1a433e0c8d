#include "core/quant/space.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

namespace {

// Of squared lengths: squares of differences and products of such vectors are neither subnormal nor
// infinite.
constexpr float kLeastSquares = 1e-30F;
constexpr float kMostSquares = 1e36F;

/// Each coordinate of the point of extreme rows: its squared length is infinite, as a float.
constexpr float kApart = 1e20F;

}  // namespace

bool is_extreme(const float* x, std::int32_t dims) {
  const auto n = static_cast<std::size_t>(dims);
  const auto squares = static_cast<float>(kernel::active().f32.norm_squared(x, n));
  if (squares >= kLeastSquares && squares <= kMostSquares) {
    return false;
  }
  return squares > 0 || std::any_of(x, x + n, [](float element) { return element != 0; });
}

void to_space(const Space& space, const float* x, bool is_query, float* out) {
  if (space.sets_apart && !is_query && is_extreme(x, space.dims)) {
    std::fill_n(out, space.rotated, kApart);
    return;
  }
  float scale = 1;
  if (space.metric == Metric::kCosine) {
    const double norm =
        std::sqrt(kernel::active().f32.norm_squared(x, static_cast<std::size_t>(space.dims)));
    scale = norm > 0 ? static_cast<float>(1 / norm) : 0;
  }
  const bool centred = !(is_query && space.metric == Metric::kInnerProduct);
  for (std::int32_t i = 0; i < space.dims; ++i) {
    out[i] = x[i] * scale - (centred ? space.mean[i] : 0);
  }
  for (std::int32_t i = space.dims; i < space.rotated; ++i) {
    out[i] = 0;
  }
  if (space.is_rotated) {
    rotate(space.rotation, out);
  }
}

}  // namespace vecext
