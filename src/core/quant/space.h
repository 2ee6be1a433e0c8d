// The space that an index compares vectors in: that of the column, normalised for cosine,
// zero-filled, centred, and rotated where there are codes.
#pragma once

#include <cstdint>

#include "core/quant/codec.h"
#include "core/quant/rotation.h"

namespace vecext {

/// Element type of an indexed column. Stored on disk: never renumbered.
enum class Element : std::uint8_t { kFloat = 1, kHalf = 2, kBit = 3, kSparse = 4 };

struct Space {
  Metric metric;
  Element element;
  std::int32_t dims;     // of the column
  std::int32_t rotated;  // D >= dims
  bool is_rotated;
  Rotation rotation;  // of D dimensions, if is_rotated
  const float* mean;  // D floats, of rows before rotation
};

/// Brings x (dims floats, as the column has them) into the space, D floats: normalised for cosine,
/// zero-filled to D, less the mean, rotated. An inner-product query is not centred.
void to_space(const Space& space, const float* x, bool is_query, float* out);

}  // namespace vecext
