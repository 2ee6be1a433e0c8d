#include "core/quant/space.h"

#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

void to_space(const Space& space, const float* x, bool is_query, float* out) {
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
