#include "core/quant/transform.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/kernel.h"
#include "core/quant/vector_distance.h"

namespace vecext {

namespace {

// The bounds of squared lengths within which vectors are not extreme. Squares of differences, and
// products, of such vectors are neither subnormal nor infinite.
constexpr float kLeastSquares = 1e-30F;
constexpr float kMostSquares = 1e36F;

/// Each coordinate of the point where extreme rows are put. The squared length of this point is
/// infinite as a float.
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

void transform_vector(const VectorTransform& transform, const float* x, bool is_query, float* out) {
  if (transform.sets_apart && !is_query && is_extreme(x, transform.dims)) {
    std::fill_n(out, transform.rotated, kApart);
    return;
  }
  float scale = 1;
  if (transform.metric == Metric::kCosine) {
    const double norm =
        std::sqrt(kernel::active().f32.norm_squared(x, static_cast<std::size_t>(transform.dims)));
    scale = norm > 0 ? static_cast<float>(1 / norm) : 0;
  }
  const bool centered = !(is_query && transform.metric == Metric::kInnerProduct);
  for (std::int32_t i = 0; i < transform.dims; ++i) {
    out[i] = x[i] * scale - (centered ? transform.mean[i] : 0);
  }
  for (std::int32_t i = transform.dims; i < transform.rotated; ++i) {
    out[i] = 0;
  }
  if (transform.is_rotated) {
    rotate(transform.rotation, out);
  }
}

bool transform_query(const VectorTransform& transform, const void* stored, Arena arena,
                     TransformedQuery* query) {
  const auto dims = static_cast<std::size_t>(transform.dims);
  auto* x = arena.array<float>(dims);
  auto* vector = arena.array<float>(static_cast<std::size_t>(transform.rotated));
  if (x == nullptr || vector == nullptr) {
    return false;
  }
  widen(transform.element, stored, transform.dims, x);
  transform_vector(transform, x, true, vector);
  // -<q, x> = -<q, x - mean> - <q, mean>.
  *query = {vector, transform.metric == Metric::kInnerProduct
                        ? -kernel::active().f32.inner_product(x, transform.mean, dims)
                        : 0};
  return true;
}

}  // namespace vecext
