// How vectors are transformed before they are compared: they are normalized for cosine, extended by
// zeros, centered, and rotated if there are codes. The result is in model space.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/base/arena.h"
#include "core/quant/codec.h"
#include "core/quant/rotation.h"

namespace vecext {

/// Element type of an indexed column. The numbers are stored on disk and never change.
enum class Element : std::uint8_t { kFloat = 1, kHalf = 2, kBit = 3, kSparse = 4 };

struct VectorTransform {
  Metric metric;
  Element element;
  std::int32_t dims;     // of the column
  std::int32_t rotated;  // D >= dims
  bool is_rotated;
  Rotation rotation;        // of D dimensions, if is_rotated
  const float* mean;        // D floats: the mean of rows before rotation
  bool sets_apart = false;  // if true, extreme rows are put at one point far from all others
};

/// True if squares of x, or products with x, are beyond the range in which floats are accurate. The
/// operator's distances of x are then rounding errors, zeros and infinities, and no distance in
/// model space resembles them. A vector of zeros is not extreme.
bool is_extreme(const float* x, std::int32_t dims);

/// True if `squared` is the squared length of a row set apart, or of the residual of such a row to
/// another row. It is then infinite as a float, though not as a double.
inline bool is_set_apart(double squared) {
  return !std::isfinite(static_cast<float>(squared));
}

/// Transforms x (`dims` floats, as the column has them) to D floats: normalizes it for cosine,
/// extends it by zeros to D, subtracts the mean, and rotates it if is_rotated. An inner-product
/// query is not centered. If sets_apart is true, an extreme row is put at a point so far out that
/// codes and rerank vectors say nothing of its score; searches then compare all such rows by the
/// table.
void transform_vector(const VectorTransform& transform, const float* x, bool is_query, float* out);

/// A query in model space, and `shift`, which is added to its scores, since inner products in model
/// space lack the product with the mean.
struct TransformedQuery {
  const float* vector;  // D floats
  double shift;
};

/// Transforms the query `stored`, elements as the column has them, in memory of `arena`. Searches
/// of lists and of graphs do this first. Returns false if memory runs out.
bool transform_query(const VectorTransform& transform, const void* stored, Arena arena,
                     TransformedQuery* query);

}  // namespace vecext
