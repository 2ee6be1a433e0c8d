// Finds the types of vectors and their operators in the catalog. They may be in any schema, as
// extension "vector" may, and the search path has no effect.
#pragma once

#include <optional>

#include "pg/registry/registry.h"

namespace vecext::pg {

enum class VectorKind : std::uint8_t { kVector, kHalfvec, kSparsevec, kBit };

/// Returns which kind of vector a type is, by its input function, or nothing if it is not a type of
/// vectors.
std::optional<VectorKind> vector_kind_of(Oid type);

/// True if the type is sparsevec.
bool is_sparsevec(Oid type);

/// Returns the distance that the tables of the registry call by that name, or nothing if there is
/// none.
std::optional<CollectionDistance> distance_of_name(std::string_view name);

/// Returns the operator of `type` that orders by the distance, or InvalidOid if the type has none.
Oid distance_operator(Oid type, CollectionDistance distance);

}  // namespace vecext::pg
