// The types of vectors and their operators, found in the catalog: extension "vector" may have them
// in any schema, and no search path has a say.
#pragma once

#include <optional>

#include "pg/registry/registry.h"

namespace vecext::pg {

enum class VectorKind : std::uint8_t { kVector, kHalfvec, kSparsevec, kBit };

/// Returns what kind of vector a type is, by its input function, or nothing if it is none.
std::optional<VectorKind> vector_kind_of(Oid type);

/// True if it is the type of sparse vectors.
bool is_sparsevec(Oid type);

/// Returns the distance that has that name in the tables of the registry, or nothing if none has.
std::optional<CollectionDistance> distance_of_name(std::string_view name);

/// Returns the operator of `type` that orders by the distance, or InvalidOid if the type has none.
Oid distance_operator(Oid type, CollectionDistance distance);

}  // namespace vecext::pg
