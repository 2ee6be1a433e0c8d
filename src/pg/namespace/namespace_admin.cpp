// What functions in SQL need to administer namespaces, and cannot do themselves: check the rights
// of their caller, and act as the owner of a table or of the tables of namespaces.
#include "pg/namespace/counted_tables.h"
#include "pg/namespace/namespace_cache.h"
#include "pg/namespace/owner_of_namespaces.h"
#include "pg/namespace/row_totals.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

void execute(const char* statement, int count, Oid* types, Datum* arguments) {
  if (SPI_execute_with_args(statement, count, types, arguments, nullptr, false, 0) < 0) {
    elog(ERROR, "the statement cannot be executed");
  }
}

/// Executes a statement and returns the first value of the first row, or the number of rows.
int64 value_of(const char* statement) {
  SPI_connect();
  if (SPI_execute(statement, false, 0) < 0) {
    elog(ERROR, "the statement cannot be executed");
  }
  int64 value = static_cast<int64>(SPI_processed);
  if (SPI_tuptable != nullptr && SPI_processed > 0) {
    bool is_null;
    value = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
  }
  SPI_finish();
  return value;
}

}  // namespace

// vecext_internal.lock_namespace_tables() → void
//
// To be called before any table is locked, as vecext.recount_namespaces() does.
VECEXT_FUNCTION(vecext_internal_lock_namespace_tables)
{
  PreventCommandIfReadOnly("a change of namespaces");
  LockDatabaseObject(registry_table("namespaces"), kNoNamespace, kLockOfTables, RowExclusiveLock);
  PG_RETURN_VOID();
}

// vecext_internal.set_namespace_table(relid regclass, column_name name) → void
VECEXT_FUNCTION(vecext_internal_set_namespace_table)
{
  const Oid relid = PG_GETARG_OID(0);
  if (PG_ARGISNULL(0) || get_rel_relkind(relid) == '\0' || !owns_relation(relid)) {
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("must be owner of the table whose rows belong to namespaces")));
  }
  LockDatabaseObject(registry_table("namespaces"), kNoNamespace, kLockOfTables, RowExclusiveLock);
  const char* known = namespace_column_name(relid);
  const bool has_column = !PG_ARGISNULL(1);
  Oid types[] = {REGCLASSOID, NAMEOID};
  Datum arguments[] = {ObjectIdGetDatum(relid), has_column ? PG_GETARG_DATUM(1) : Datum{0}};
  if (known != nullptr && !has_column) {
    namespace_column_or_error(relid, known);  // else the rows would stay counted
    remove_table(relid, known);
  } else if (has_column &&
             number_of_namespace_column(relid, NameStr(*PG_GETARG_NAME(1))) == InvalidAttrNumber) {
    ereport(ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH),
             errmsg("column \"%s\" cannot be one of namespaces", NameStr(*PG_GETARG_NAME(1)))));
  } else if (known == nullptr && has_column) {
    add_table(relid, NameStr(*PG_GETARG_NAME(1)));
  }
  as_owner_of_namespaces([&] {
    execute(has_column ? "INSERT INTO vecext.namespace_tables VALUES ($1, $2) ON CONFLICT (relid)"
                         " DO UPDATE SET column_name = EXCLUDED.column_name"
                       : "DELETE FROM vecext.namespace_tables WHERE relid = $1",
            has_column ? 2 : 1, types, arguments);
  });
  PG_RETURN_VOID();
}

// vecext_internal.execute_for_namespaces(relid regclass, statement text) → bigint
//
// The table's triggers, constraints and indexes have code of the owner, so the statement does not
// run with the caller's rights. The policies of a table for its own rows do not hide rows from it.
VECEXT_FUNCTION(vecext_internal_execute_for_namespaces)
{
  const Oid relid = PG_GETARG_OID(0);
  if (get_rel_relkind(relid) == '\0') {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", relid)));
  }
  const Relation table = table_open(relid, AccessShareLock);
  const Oid owner = table->rd_rel->relowner;
  // No lock remains: the statement may drop the table.
  table_close(table, AccessShareLock);
  const char* statement = text_to_cstring(PG_GETARG_TEXT_PP(1));
  PG_RETURN_INT64(as_owner(owner, [&] {
    Oid user;
    int context;
    GetUserIdAndSecContext(&user, &context);
    SetUserIdAndSecContext(user, context | SECURITY_NOFORCE_RLS);
    return value_of(statement);
  }));
}

// vecext_internal.lock_namespace(number int4) → void
VECEXT_FUNCTION(vecext_internal_lock_namespace)
{
  PreventCommandIfReadOnly("a change of namespaces");
  LockDatabaseObject(registry_table("namespaces"), static_cast<Oid>(PG_GETARG_INT32(0)),
                     kLockOfRows, AccessExclusiveLock);
  PG_RETURN_VOID();
}

// vecext.my_namespace_stats() → jsonb
VECEXT_FUNCTION(vecext_my_namespace_stats)
{
  const Namespace* current = namespace_of_caller();
  if (current == nullptr) {
    PG_RETURN_NULL();
  }
  Oid types[] = {TEXTOID};
  Datum arguments[] = {CStringGetTextDatum(current->id)};
  const MemoryContext context = CurrentMemoryContext;
  Datum stats = 0;
  as_owner_of_namespaces([&] {
    execute("SELECT vecext.namespace_stats($1)", 1, types, arguments);
    bool is_null;
    const Datum found = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
    const MemoryContext old = MemoryContextSwitchTo(context);
    stats = PointerGetDatum(PG_DETOAST_DATUM_COPY(found));
    MemoryContextSwitchTo(old);
  });
  PG_RETURN_DATUM(stats);
}

}  // namespace vecext::pg
