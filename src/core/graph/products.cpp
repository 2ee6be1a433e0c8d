#include "core/graph/products.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

bool add_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride, Arena arena) {
  const auto width = static_cast<std::size_t>(dims);
  float* squares = arena.array<float>(n);
  if (squares == nullptr) {
    return false;
  }
  for (std::size_t i = 0; i < n; ++i) {
    squares[i] = static_cast<float>(kernel::active().f32.norm_squared(x + i * stride, width));
    std::fill_n(x + i * stride + width, kProductDims, 0.0F);
    x[i * stride + width] = squares[i];
  }
  if (n == 0) {
    return true;
  }
  float* longest = squares + (n - 1 - n / 1000);
  std::nth_element(squares, longest, squares + n);
  for (std::size_t i = 0; i < n; ++i) {
    float& added = x[i * stride + width];
    added = std::sqrt(std::max(*longest - added, 0.0F));
  }
  return true;
}

}  // namespace vecext
