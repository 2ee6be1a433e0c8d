// A query of a column, transformed: what searches of lists and of graphs begin with.
#pragma once

#include "core/base/arena.h"
#include "core/quant/transform.h"

namespace vecext {

/// A query in the space, and what is added to its keys: those of inner products lack the mean's.
struct TransformedQuery {
  const float* vector;  // D floats
  double shift;
};

/// Transforms the query `stored`, elements as the column has them, in memory of `arena`; false
/// where it has none.
bool transform_query(const VectorTransform& transform, const void* stored, Arena arena,
                     TransformedQuery* query);

}  // namespace vecext
