// Vectors as requests and results have them in JSON: an array of numbers; of a sparse vector
// {"indices": [0, 7], "values": [0.5, 2]}, indices from 0; of a bit string a text of 0 and 1; of a
// multi-vector an array of vectors.
#pragma once

#include "pg/collection/common/request.h"
#include "pg/registry/registry.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

enum class VectorForm : std::uint8_t { kDense, kHalf, kSparse, kBit };

/// A type says what values of a vector column look like.
struct VectorType {
  VectorForm form;
  bool is_multi;
  Oid type;      // of the column
  Oid element;   // of one vector: `type`, or of a multi-vector that of its elements
  int32 typmod;  // of either
  int32 dims;    // 0: any
  int64 most;    // vectors of a multi-vector, non-zeros of a sparse vector; -1: any
};

VectorType vector_type(const CollectionVector& vector);

/// Returns the value of the column's type that `value` stands for, in the current memory context.
/// Refuses what is none with SQLSTATE 22023, another dimension with 22000 and a number that the
/// type does not hold with 22003.
Datum vector_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place);

/// Returns the same of one vector: of a multi-vector column one of its elements.
Datum single_vector_from_json(const VectorType& type, const JsonbValue& value,
                              const JsonPlace& place);

/// Adds a value of the column to a document, as an element (WJB_ELEM) or as the value of the key
/// before it (WJB_VALUE).
void push_vector(JsonbWriter* writer, JsonbIteratorToken token, const VectorType& type,
                 Datum value);

}  // namespace vecext::pg
