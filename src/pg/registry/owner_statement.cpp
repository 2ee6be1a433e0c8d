// Executes statements on a table that evaluate what its owner has written, as constraints and
// casts.
#include "pg/registry/registry_write.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the owner of a table. Raises an ERROR 42501 unless the current user has the rights of
/// the owner and may also become the owner: the rights alone do not give attributes such as
/// SUPERUSER.
Oid checked_owner(Oid relid) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
  if (!HeapTupleIsValid(tuple)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", relid)));
  }
  const auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
  const Oid owner = form->relowner;
  if (!has_privs_of_role(GetUserId(), owner)) {
    aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(form->relkind), NameStr(form->relname));
  }
  ReleaseSysCache(tuple);
  check_may_become(owner);
  return owner;
}

}  // namespace

// The caller may be a superuser, so the statement must not run with the caller's rights: it may
// wait for a transaction that changes columns, and then evaluate other expressions than those that
// were looked up.
const char* execute_as_owner(Oid relid, const char* statement) {
  const Oid owner = checked_owner(relid);
  const MemoryContext context = CurrentMemoryContext;
  char* value = nullptr;
  as_owner(owner, [&] {
    SPI_connect();
    if (SPI_execute(statement, false, 1) < 0) {
      elog(ERROR, "the statement cannot be executed");
    }
    if (SPI_tuptable != nullptr && SPI_processed > 0) {
      const char* found = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
      value = found == nullptr ? nullptr : MemoryContextStrdup(context, found);
    }
    SPI_finish();
  });
  return value;
}

}  // namespace vecext::pg
