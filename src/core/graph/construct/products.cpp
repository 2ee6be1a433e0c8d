#include "core/graph/construct/products.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

bool product_limit(const float* x, std::size_t n, std::int32_t dims, std::size_t stride,
                   Arena arena, float* limit) {
  const auto width = static_cast<std::size_t>(dims);
  *limit = 0;
  float* squares = arena.array<float>(n);
  if (squares == nullptr || n == 0) {
    return n == 0;
  }
  std::size_t count = 0;  // rows that are not set apart (core/quant/transform.h)
  for (std::size_t i = 0; i < n; ++i) {
    const auto square =
        static_cast<float>(kernel::active().f32.norm_squared(x + i * stride, width));
    if (std::isfinite(square)) {
      squares[count++] = square;
    }
  }
  if (count > 0) {
    float* longest = squares + (count - 1 - count / 1000);
    std::nth_element(squares, longest, squares + count);
    *limit = *longest;
  }
  return true;
}

void fill_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride,
                       float limit) {
  const auto width = static_cast<std::size_t>(dims);
  for (std::size_t i = 0; i < n; ++i) {
    const auto square =
        static_cast<float>(kernel::active().f32.norm_squared(x + i * stride, width));
    std::fill_n(x + i * stride + width, kProductDims, 0.0F);
    x[i * stride + width] = std::sqrt(std::max(limit - square, 0.0F));
  }
}

bool add_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride, Arena arena) {
  float limit;
  if (!product_limit(x, n, dims, stride, arena, &limit)) {
    return false;
  }
  fill_product_dims(x, n, dims, stride, limit);
  return true;
}

}  // namespace vecext
