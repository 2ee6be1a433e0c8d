// Transforms a query, as searches of lists and of graphs do first.
#pragma once

#include "core/base/arena.h"
#include "core/quant/transform.h"

namespace vecext {

/// A query in model space, and what is added to its scores: inner products there lack that with the
/// mean.
struct TransformedQuery {
  const float* vector;  // D floats
  double shift;
};

/// Transforms the query `stored`, elements as the column has them, in memory of `arena`; false
/// where it has none.
bool transform_query(const VectorTransform& transform, const void* stored, Arena arena,
                     TransformedQuery* query);

}  // namespace vecext
