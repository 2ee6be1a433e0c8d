// Values of columns as JSON, which filters on a table that is not a collection are about.
#pragma once

#include "pg/collection/common/statement.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises an ERROR 42501 if the column has a type of another role, whose casts to JSON would run
/// with the rights of the caller. Enumerations and arrays of them may have any owner: values are
/// written as their labels.
void check_json_of_column(Oid table, AttrNumber column);

/// Writes the column of table t as jsonb_build_object() takes it.
void write_column_for_json(StatementDraft* draft, Oid table, AttrNumber column);

}  // namespace vecext::pg
