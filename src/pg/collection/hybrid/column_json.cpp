#include "pg/collection/hybrid/column_json.h"

#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

struct ColumnName {
  Oid table;
  AttrNumber column;
};

void check_owner(Oid type, const ColumnName& name) {
  const HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(row)) {
    elog(ERROR, "cache lookup failed for type %u", type);
  }
  const Oid owner = reinterpret_cast<Form_pg_type>(GETSTRUCT(row))->typowner;
  ReleaseSysCache(row);
  if (is_trusted_role(owner)) {
    return;
  }
  ereport(
      ERROR,
      (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
       errmsg("column \"%s\" has a type of role \"%s\"",
              get_attname(name.table, name.column, false), GetUserNameFromId(owner, true)),
       errdetail("A filter would make JSON of its values by casts of that role, as the caller."),
       errhint("Call it as that role or as a member of it, or write the search in SQL.")));
}

/// As to_jsonb() goes through a value: a domain is its base type, an array and a row are their
/// parts, and of other types it calls a cast to JSON. The owner of a row type can add parts.
void check_type(Oid type, const ColumnName& name) {
  check_stack_depth();
  type = getBaseType(type);
  if (const Oid element = get_element_type(type); OidIsValid(element)) {
    check_type(element, name);
    return;
  }
  if (type < FirstNormalObjectId) {
    return;
  }
  check_owner(type, name);
  if (!type_is_rowtype(type)) {
    return;
  }
  const TupleDesc row = lookup_rowtype_tupdesc(type, -1);
  for (int i = 0; i < row->natts; ++i) {
    if (const auto* part = TupleDescAttr(row, i); !part->attisdropped) {
      check_type(part->atttypid, name);
    }
  }
  ReleaseTupleDesc(row);
}

}  // namespace

void check_json_of_column(Oid table, AttrNumber column) {
  const Oid type = getBaseType(get_atttype(table, column));
  if (!type_is_enum(type)) {
    check_type(type, {.table = table, .column = column});
  }
}

void write_column_for_json(StatementDraft* draft, Oid table, AttrNumber column) {
  const Oid type = getBaseType(get_atttype(table, column));
  if (!type_is_enum(type)) {
    (*draft << "t.").column(table, column);
    return;
  }
  (*draft << "pg_catalog.textin(pg_catalog.enum_out(t.").column(table, column);
  (*draft << "::").type(type) << "))";
}

}  // namespace vecext::pg
