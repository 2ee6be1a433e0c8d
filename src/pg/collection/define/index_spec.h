// Which index a vector has, and its options.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// What a request says of the index of a vector.
struct IndexSpec {
  const char* method;  // none, hnsw, ivfpq, inverted
  const Json* hnsw;    // options; null: none are given
  const Json* ivfpq;
};

/// Reads it, also as Qdrant's clients write it. Without a word of it, a vector has the index that
/// its type and distance have.
IndexSpec read_index_spec(const Json& spec, Oid type, const char* distance, bool is_multi);

/// Raises an error unless there is such an index of a column.
void check_index_method(const char* method, Oid type, const char* distance, const JsonPlace& place);

/// Raises an error if options are those of another index, or are not options of it. Options that
/// are not given are null.
void check_index_options(const char* method, const Json* hnsw, const Json* ivfpq);

/// Returns the options of an index as the list of a WITH clause, or an empty text if there are
/// none.
const char* index_options(const char* method, const Json* options);

/// Returns the element type of an array of vectors, and a type of vectors itself. Returns
/// InvalidOid for other types.
Oid element_of_vector(Oid type);

/// Returns the operator class of an access method for the distance of a type, or null if there is
/// none.
const char* operator_class(const char* method, Oid type, const char* distance);

}  // namespace vecext::pg
