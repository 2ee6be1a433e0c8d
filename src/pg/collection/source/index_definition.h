// What indexes are on, as SQL about the only table of a query level: an expression, and the rows of
// a predicate.
#pragma once

#include "pg/collection/source/column_filter.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the expression of the index's first column. Functions and operators have their schemas
/// where the search path would find others, here and in the predicate.
const char* expression_of(Oid index);

/// The predicate; "true" if it has none.
const char* predicate_of(Oid index);

/// True if all rows that satisfy the filter are known to satisfy the predicate of the index. Only
/// conditions on columns are looked at.
bool is_implied(Oid index, Oid table, const ColumnFilter& filter);

}  // namespace vecext::pg
