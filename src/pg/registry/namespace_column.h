// Which tables have rows of namespaces, as vecext.namespace_tables says.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the name of the column that says to which namespace a row of the table belongs, in the
/// current memory context, or null if rows of the table do not belong to namespaces.
const char* namespace_column_name(Oid relid);

}  // namespace vecext::pg
