// The types of vectors and their operators, found in the catalog: extension "vector" may have them
// in any schema, and no search path has a say.
#pragma once

#include "pg/registry/registry.h"

namespace vecext::pg {

enum class VectorKind : std::uint8_t { kVector, kHalfvec, kSparsevec, kBit };

/// What kind of vector a type is, by its input function; false if it is none.
bool vector_kind_of(Oid type, VectorKind* kind);

/// True if it is the type of sparse vectors.
bool is_sparsevec(Oid type);

/// The distance of that name in the tables of the registry; false if there is none.
bool distance_of_name(std::string_view name, CollectionDistance* distance);

/// The operator of `type` that orders by the distance; InvalidOid if the type has none.
Oid distance_operator(Oid type, CollectionDistance distance);

}  // namespace vecext::pg
