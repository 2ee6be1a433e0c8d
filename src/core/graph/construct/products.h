// Turns inner products into distances, so that one construction serves both. One more coordinate
// gives all vectors the same length, and then |[q, 0] - [x, a]|^2 = const - 2 <q, x> (Bachrach et
// al. 2014). If a single row were far longer than all others, the new coordinate would outweigh the
// other rows' coordinates. So the longest thousandth of the rows is treated as equally long.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"

namespace vecext {

/// Floats added to a row: the coordinate, and zeros to a multiple of 4.
inline constexpr std::int32_t kProductDims = 4;

/// Sets *limit to the square of the common length of n rows, each `stride` floats after the one
/// before. Returns false if memory runs out.
bool product_limit(const float* x, std::size_t n, std::int32_t dims, std::size_t stride,
                   Arena arena, float* limit);

/// Fills the added floats, x[dims .. dims + kProductDims), of n rows.
void fill_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride, float limit);

/// Computes the limit of n rows and fills their added floats. Returns false if memory runs out.
bool add_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride, Arena arena);

}  // namespace vecext
