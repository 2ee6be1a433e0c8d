// Inner products as distances, so that one construction serves both: with one more coordinate that
// fills up every vector's length to the same, |[q, 0] - [x, a]|^2 = const - 2 <q, x> (Bachrach et
// al. 2014). One row that is far longer than all others would make that coordinate of all others
// the same and the rest of them nothing: the longest thousandth counts as equally long.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"

namespace vecext {

/// Floats that are added to a row: one, and zeros to a multiple of 4.
inline constexpr std::int32_t kProductDims = 4;

/// The square of the length that vectors are filled up to, of n rows each `stride` floats after the
/// one before. False: out of memory.
bool product_limit(const float* x, std::size_t n, std::int32_t dims, std::size_t stride,
                   Arena arena, float* limit);

/// Fills x[dims .. dims + kProductDims) of n rows.
void fill_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride, float limit);

/// Both.
bool add_product_dims(float* x, std::size_t n, std::int32_t dims, std::size_t stride, Arena arena);

}  // namespace vecext
