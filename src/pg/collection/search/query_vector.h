// Vectors in requests: from what a caller gives to the type of a column.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A value of type vector as one of the column's type. ERROR 22000 if the dimensions are not the
/// column's. For a bit column, a bit is set where the element is positive.
Datum vector_for_column(const CollectionVector& column, Datum vector);

/// What JSON says of a vector, as a value of the column's type.
Datum vector_for_column(const CollectionVector& column, const Json& json);

/// True if the value is a vector, not an id.
inline bool is_vector(const Json& json) {
  return is_array(json) || is_object(json);
}

/// A value of the column's type as one of type vector, and as an array of floats.
struct DenseFloats {
  float* x;
  int32 dim;
};
DenseFloats floats_of(const CollectionVector& column, Datum value);
Datum vector_of_floats(const float* x, int32 dim);

}  // namespace vecext::pg
