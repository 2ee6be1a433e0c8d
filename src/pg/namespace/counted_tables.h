// Counts the rows of tables that become tables of namespaces, and of those that cease to be.
#pragma once

#include "pg/registry/namespace_column.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Adds the rows of a table, and of its partitions, to those of their namespaces, without a check
/// of quotas. Takes them away again if the transaction aborts. Raises an ERROR 42501 if the current
/// role may not write rows of these namespaces. To be called before vecext.namespace_tables has the
/// table.
void add_table(Oid relid, const char* column_name);

/// Takes the rows of a table, and of its partitions, away when the transaction commits. To be
/// called while vecext.namespace_tables has the table.
void remove_table(Oid relid, const char* column_name);

/// Returns the column of namespaces of a table or a partition, or null if its rows do not belong to
/// namespaces.
const char* namespace_column_of_part(Oid relid);

/// Makes DROP TABLE, and DROP COLUMN of the column of namespaces, call remove_table().
void follow_dropped_tables();

}  // namespace vecext::pg
