// Finds the column of vectors, or the index on an expression, that a name means.
#pragma once

#include "pg/collection/source/row_source.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

enum class VectorQuery : std::uint8_t { kDense, kSparse };

/// The vectors that a search is about.
struct SearchedVector {
  const CollectionVector* column;
  Oid index;  // if valid, its expression is searched instead of a column of the table
};

/// Returns the vectors that `name` means, which is a vector of the collection, a column or an
/// index. It may be null if the table has only one column or index for queries of that kind. Raises
/// an ERROR 42703 if there are no such vectors, 42702 if there are several.
SearchedVector vector_of_source(const RowSource& source, const char* name, VectorQuery query);

/// Returns the vectors that a search by a sparse vector is about.
SearchedVector sparse_vector_of_source(const RowSource& source, const char* name);

}  // namespace vecext::pg
