// Expressions and predicates of indexes as SQL, for a query level with one table.
#pragma once

#include "pg/collection/source/column_filter.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the expression of the index's first column. Here and in the predicate, functions and
/// operators have their schemas where the search path would find others.
const char* expression_of(Oid index);

/// Returns the predicate of the index, or "true" if it has none.
const char* predicate_of(Oid index);

/// True if the bounds of the filter prove that every row which satisfies it is in the index.
/// Returns false if that cannot be proved.
bool is_implied(Oid index, Oid table, const ColumnFilter& filter);

}  // namespace vecext::pg
