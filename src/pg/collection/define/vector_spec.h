// What requests say of a vector: its type, distance and index.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/define/index_spec.h"
#include "pg/registry/vector_type.h"

namespace vecext::pg {

/// A vector of a collection, before its column is created.
struct VectorSpec {
  const char* column_type;  // as CREATE TABLE has it
  const char* distance;
  const Jsonb* params;  // as the registry keeps them
  bool has_size;
  bool is_multi;
  bool has_index;
  bool is_uint8;
};

/// True if these params of a vector say that it is one of uint8.
bool is_uint8(const Json& params);

/// Reads what a request says of a vector, {"size", "distance", …}, also as Qdrant's clients write
/// it.
VectorSpec read_vector_spec(const Json& spec);

/// Returns the member "vectors" if `body` is a body of Qdrant's clients, {"vectors": …}, whose
/// other members are without effect. Returns any other request as it is.
const Json& vectors_of_body(const Json& body);

/// Returns the name of a distance. Raises an ERROR if the type does not have it. `distance` is null
/// if it is missing in the request.
const char* read_distance(const Json* distance, const JsonPlace& place, Oid type);

/// Checks the modifier of a sparse vector, by which weights of queries may follow how rare
/// dimensions are. `kind` is the type of its elements, and `method` that of its index. `modifier`
/// is null if there is none.
void check_modifier(const Json* modifier, const char* kind, const char* method);

/// Raises an ERROR unless a vector of that type and distance can have these params.
void check_vector_params(const Json& params, Oid type, const char* distance);

/// Returns the place of a vector in a request.
inline JsonPlace vector_place(const JsonPlace& vectors, const char* name) {
  return *name == '\0' ? vectors : vectors.at(std::string_view(name));
}

}  // namespace vecext::pg
