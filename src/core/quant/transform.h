// The space that an index compares vectors in: that of the column, normalized for cosine,
// zero-filled, centered, and rotated where there are codes.
#pragma once

#include <cstdint>

#include "core/quant/codec.h"
#include "core/quant/rotation.h"

namespace vecext {

/// Element type of an indexed column. Stored on disk: never renumbered.
enum class Element : std::uint8_t { kFloat = 1, kHalf = 2, kBit = 3, kSparse = 4 };

struct VectorTransform {
  Metric metric;
  Element element;
  std::int32_t dims;     // of the column
  std::int32_t rotated;  // D >= dims
  bool is_rotated;
  Rotation rotation;        // of D dimensions, if is_rotated
  const float* mean;        // D floats, of rows before rotation
  bool sets_apart = false;  // extreme rows are put at one point far from all others
};

/// Do squares of x, or products with it, leave the range that floats hold well? The operator's
/// distances are then those of rounding errors, zeros and infinities, and no order in a space tells
/// of them. Zeros alone are not extreme.
bool is_extreme(const float* x, std::int32_t dims);

/// Brings x (dims floats, as the column has them) into the space, D floats: normalized for cosine,
/// zero-filled to D, less the mean, rotated. An inner-product query is not centered. Where the
/// space sets them apart, extreme rows go to a point so far out that codes and rerank vectors say
/// nothing of their keys: searches then look up all of them.
void transform_vector(const VectorTransform& transform, const float* x, bool is_query, float* out);

}  // namespace vecext
