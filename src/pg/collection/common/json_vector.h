// Vectors as requests and results have them in JSON. A dense vector is an array of numbers. A
// sparse vector is {"indices": [0, 7], "values": [0.5, 2]}, with indices from 0. A bit string is a
// text of 0 and 1. A multi-vector is an array of vectors.
#pragma once

#include "pg/collection/common/request.h"
#include "pg/registry/registry.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

enum class VectorForm : std::uint8_t { kDense, kHalf, kSparse, kBit };

/// What values of a vector column look like.
struct VectorType {
  const char* name;  // of the vector
  VectorForm form;
  bool is_multi;
  bool is_uint8;       // elements become integers of 0 to 255
  bool is_normalized;  // vectors become those of length 1
  Oid type;            // of the column
  Oid element;         // of one vector: the element type for a multi-vector, otherwise `type`
  int32 typmod;        // both types have it
  int32 dims;          // 0 if any
  int64 most;  // limit of vectors in a multi-vector, or of non-zeros in a sparse vector; -1 if any
};

VectorType vector_type(const CollectionVector& vector);

/// Returns the value of the column's type that `value` stands for, in the current memory context.
/// Raises an ERROR 22023 if `value` is not a vector, 22000 if its dimensions are not those of the
/// column, 22003 if a number is out of the range of the type.
Datum vector_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place);

/// Returns one vector, a value of `type.element`. This differs from what vector_from_json() returns
/// only if the type is a multi-vector.
Datum single_vector_from_json(const VectorType& type, const JsonbValue& value,
                              const JsonPlace& place);

/// Adds a value of the column to a document, as an element (WJB_ELEM) or as the value of the key
/// before it (WJB_VALUE).
void push_vector(JsonbWriter* writer, JsonbIteratorToken token, const VectorType& type,
                 Datum value);

}  // namespace vecext::pg
