// Values of columns as JSON, for filters on a table that is not a collection.
#pragma once

#include "pg/collection/common/statement.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Raises an ERROR 42501 if the column's type is owned by another role: a cast of that role's to
/// JSON would run with the rights of the caller. Enumerations and arrays of them may have any
/// owner, as their values are written as labels.
void check_json_of_column(Oid table, AttrNumber column);

/// Writes the column of table t as an argument of jsonb_build_object().
void write_column_for_json(StatementDraft* draft, Oid table, AttrNumber column);

}  // namespace vecext::pg
