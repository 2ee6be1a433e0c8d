// Checks the quota max_dimension of the vectors in rows.
#pragma once

#include "pg/namespace/namespace_cache.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tupdesc.h"
}

namespace vecext::pg {

/// A column of vectors.
struct CheckedColumn {
  int place;  // among the columns, from 0
  VectorKind kind;
  int32 dimensions;  // of all values, or -1 if each value has its own
};

struct DimensionCheck {
  GrowingArray<CheckedColumn> columns;
};

/// Returns the columns of vectors. Vectors in arrays are among them if their
/// type has a size.
DimensionCheck new_dimension_check(TupleDesc columns);

/// Raises an ERROR 53400 if a vector of the row has more dimensions than its namespace may have.
void check_dimensions(const DimensionCheck& check, const Namespace& owner, const Datum* values,
                      const bool* is_null);

}  // namespace vecext::pg
