// The vectors of a table: which column, or expression of an index, a name means.
#pragma once

#include "pg/collection/source/row_source.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

enum class VectorQuery : std::uint8_t { kDense, kSparse };

/// What is searched.
struct SearchedVector {
  const CollectionVector* column;
  Oid index;  // InvalidOid if the column; otherwise the expression that this index is on
};

/// Returns the vectors of that name, which is that of a collection's vector, of a column or of an
/// index. The name is null where the table has only one column for queries of that kind. Raises an
/// ERROR 42703 if there are no such vectors, 42702 if several columns or indexes have such.
SearchedVector vector_of_source(const RowSource& source, const char* name, VectorQuery query);

/// The column that is searched by a sparse vector.
SearchedVector sparse_vector_of_source(const RowSource& source, const char* name);

}  // namespace vecext::pg
