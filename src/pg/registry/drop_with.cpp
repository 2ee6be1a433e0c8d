// vecext.registry_drop_with(class regclass, object oid, relid regclass): an object is dropped with
// a table, as a serial column's sequence is.
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

template <class Form>
Oid owner_of(SysCacheIdentifier cache, Oid object, Oid Form::*owner) {
  const HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
  if (!HeapTupleIsValid(tuple)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("object with OID %u does not exist", object)));
  }
  const Oid found = reinterpret_cast<const Form*>(GETSTRUCT(tuple))->*owner;
  ReleaseSysCache(tuple);
  return found;
}

/// The owner of a text search configuration or dictionary.
Oid owner_of(Oid of_class, Oid object) {
  switch (of_class) {
    case TSConfigRelationId:
      return owner_of(TSCONFIGOID, object, &FormData_pg_ts_config::cfgowner);
    case TSDictionaryRelationId:
      return owner_of(TSDICTOID, object, &FormData_pg_ts_dict::dictowner);
    default:
      ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                      errmsg("relation with OID %u has no objects that are dropped with a table",
                             of_class)));
  }
}

}  // namespace

// Who owns the table could otherwise drop what belongs to others, and who owns the object make the
// table one that is not dropped.
VECEXT_FUNCTION(vecext_registry_drop_with)
{
  const ObjectAddress object{PG_GETARG_OID(0), PG_GETARG_OID(1), 0};
  const ObjectAddress table{RelationRelationId, PG_GETARG_OID(2), 0};
  if (!owns_relation(table.objectId) ||
      !has_privs_of_role(GetUserId(), owner_of(object.classId, object.objectId))) {
    aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(table.objectId));
  }
  recordDependencyOn(&object, &table, DEPENDENCY_AUTO);
  PG_RETURN_VOID();
}

}  // namespace vecext::pg
