// Which index a vector has, and its options.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// What a request says of the index of a vector.
struct IndexSpec {
  const char* method;  // none, hnsw, ivfpq, inverted
  bool is_given;       // the request says the method, or gives options that only it has
  const Json* hnsw;    // options of hnsw; null if none are given
  const Json* ivfpq;
};

/// Reads what the request of a vector, `spec`, says of its index, also as Qdrant's clients write
/// it. If it says nothing, the type and the distance decide the method.
IndexSpec read_index_spec(const Json& spec, Oid type, const char* distance, bool is_multi);

/// Returns the most dimensions of vectors of that type of which `method` has an index.
int64 most_indexed_dims(const char* method, Oid type, const char* distance);

/// Raises an ERROR unless a column of that type can have an index of that method and distance.
void check_index_method(const char* method, Oid type, const char* distance, const JsonPlace& place);

/// Raises an ERROR if options are given for another method than `method`, or if the method does not
/// have such options. `hnsw` and `ivfpq` are null if they are not given.
void check_index_options(const char* method, const Json* hnsw, const Json* ivfpq);

/// Returns the options of an index as the list of a WITH clause, or an empty text if there are
/// none.
const char* index_options(const char* method, const Json* options);

/// Returns `type` if it is a type of vectors, its element type if it is an array of vectors, and
/// InvalidOid otherwise.
Oid element_of_vector(Oid type);

/// Returns the name of the operator class that the access method has for that type and distance, or
/// null if there is none.
const char* operator_class(const char* method, Oid type, const char* distance);

}  // namespace vecext::pg
