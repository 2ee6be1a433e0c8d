// Tells what the columns of a table are, for SQL functions that access a table of another role.
#include "pg/sys/pg.h"
#include "pg/sys/varlena.h"
#include "pg/sys/version.h"

extern "C" {
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

ArrayElements checked_elements(ArrayType* array) {
  if (array_contains_nulls(array)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("names and types of columns must not be null")));
  }
  return elements_of(array);
}

bool is_table(Oid relid) {
  const char kind = get_rel_relkind(relid);
  return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE;
}

}  // namespace

// vecext_rag.has_columns(relation regclass, columns text[], types regtype[]) → boolean
//
// The owner of a table can give a column a type whose casts the owner has written. A statement that
// uses the column would call these casts with the rights of the caller. The function locks the
// table, so that its columns, their types and its name stay as they are. Once the lock is held, the
// catalog caches show them as they are; a statement on the catalogs might not, since it has a
// snapshot. The caller needs no privilege on the table. PREPARE takes the same lock without a
// privilege.
VECEXT_FUNCTION(vecext_rag_has_columns)
{
  const Oid relid = PG_GETARG_OID(0);
  const ArrayElements columns = checked_elements(PG_GETARG_ARRAYTYPE_P(1));
  const ArrayElements types = checked_elements(PG_GETARG_ARRAYTYPE_P(2));
  if (columns.count != types.count) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("there are %d columns and %d types", columns.count, types.count)));
  }
  const Oid schema = get_rel_namespace(relid);
  if (OidIsValid(schema) && !may_use_schema(schema)) {
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_SCHEMA, get_namespace_name(schema));
  }
  LockRelationOid(relid, AccessShareLock);
  bool has_all = is_table(relid);
  for (int i = 0; i < columns.count && has_all; ++i) {
    const AttrNumber column = get_attnum(relid, TextDatumGetCString(columns.at[i]));
    has_all = column > 0 && get_atttype(relid, column) == DatumGetObjectId(types.at[i]);
  }
  PG_RETURN_BOOL(has_all);
}

}  // namespace vecext::pg
