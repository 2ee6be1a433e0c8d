// Vectors that are given beside a request, as arrays of their types: drivers send them in binary,
// and nothing reads their numbers from JSON. In the request, {"$dense": 0} stands for the first
// element of the array of dense vectors, {"$sparse": 0} for that of the sparse ones, and
// {"$dense": [0, 1]} for a multi-vector.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"
#include "pg/sys/varlena.h"

namespace vecext::pg {

struct GivenVectors {
  ArrayElements dense;   // of type vector
  ArrayElements sparse;  // of type sparsevec
};

/// True if the value stands for a vector that is given beside the request.
bool is_given(const Json& json);

/// Returns the vector that the value stands for, as a value of the column's type. Raises an ERROR
/// 22023 if there is no such vector, 22000 if its dimensions are not those of the column.
Datum given_vector(const CollectionVector& column, const GivenVectors& given, const Json& json);

/// Returns the dense vector that the value stands for as it is given, of type vector.
Datum given_dense(const GivenVectors& given, const Json& json);

}  // namespace vecext::pg
