// Converts vectors of requests, and of arrays, to the types of columns.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Converts a value of type vector to the column's type. Raises an ERROR 22000 if its dimensions
/// are not those of the column. For a column of type bit, a bit is 1 if the element is positive. If
/// the points of the column have length 1, so has the result.
Datum vector_for_column(const CollectionVector& column, Datum vector);

/// Reads a vector in JSON as a value of the column's type. For a multi-vector, one dense vector
/// stands for a multi-vector that has it alone.
Datum vector_for_column(const CollectionVector& column, const Json& json);

/// True if an example in JSON is a vector, not an id.
inline bool is_vector(const Json& json) {
  return is_array(json) || is_object(json);
}

/// Returns the sparse vector with `dims` dimensions. Its indices must be below these.
Datum sparse_with_dims(Datum vector, int64 dims);

/// Returns the column of a multi-vector as if it had one vector a point, of the same type.
CollectionVector single_vector_column(const CollectionVector& column);

/// The elements of a vector as floats.
struct DenseFloats {
  float* x;
  int32 dim;
};
DenseFloats floats_of(const CollectionVector& column, Datum value);
Datum vector_of_floats(const float* x, int32 dim);

}  // namespace vecext::pg
