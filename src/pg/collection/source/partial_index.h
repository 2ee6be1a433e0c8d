// Indexes that have some rows of their table: those with a predicate.
#pragma once

#include "pg/collection/source/column_filter.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The predicate of an index as SQL, about the only table of a query level.
const char* predicate_of(Oid index);

/// True if all rows that satisfy the filter are known to satisfy the predicate of the index. Only
/// conditions on columns are looked at.
bool is_implied(Oid index, Oid table, const ColumnFilter& filter);

}  // namespace vecext::pg
