#include "pg/collection/source/column_json.h"

#include "pg/sys/catalog.h"
#include "pg/sys/exact_settings.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

struct ColumnName {
  Oid table;
  AttrNumber column;
};

/// Returns the owner of the function that casts a type to JSON, or InvalidOid if there is no such
/// cast.
Oid owner_of_cast(Oid type) {
  Oid function;
  if (find_coercion_pathway(JSONOID, type, COERCION_EXPLICIT, &function) != COERCION_PATH_FUNC) {
    return InvalidOid;
  }
  return owner_of_function(function);
}

void check_owner(Oid owner, const ColumnName& name) {
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

/// Raises an ERROR if to_jsonb() may run functions of another role for values of the type. It takes
/// a domain for its base type, goes through the parts of an array or a row, and calls a cast to
/// JSON for other types. The owner of a row type can add columns to it.
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
  check_owner(owner_of_type(type), name);
  if (!type_is_rowtype(type)) {
    // Only the owner of the type, who is trusted, can add a cast, but the function of the cast may
    // have another owner.
    if (const Oid owner = owner_of_cast(type); OidIsValid(owner)) {
      check_owner(owner, name);
    }
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

/// True if the values of the type are labels of an enumeration, or arrays of them.
bool has_labels(Oid type) {
  return type_is_enum(type) || type_is_enum(get_element_type(type));
}

/// True if the JSON of a value does not depend on settings. This is true of times, as JSON has a
/// format of its own for them.
bool has_fixed_json(Oid type) {
  switch (type) {
    case BOOLOID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case NUMERICOID:
    case TEXTOID:
    case VARCHAROID:
    case UUIDOID:
    case DATEOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case JSONOID:
    case JSONBOID:
      return true;
    default:
      return false;
  }
}

}  // namespace

void check_json_of_column(Oid table, AttrNumber column) {
  const Oid type = getBaseType(get_atttype(table, column));
  if (!has_labels(type)) {
    check_type(type, {.table = table, .column = column});
  }
}

void write_column_for_json(StatementDraft* draft, Oid table, AttrNumber column) {
  const Oid type = getBaseType(get_atttype(table, column));
  const bool is_array = OidIsValid(get_element_type(type));
  if (!has_labels(type)) {
    const bool is_fixed = has_fixed_json(type);
    (*draft << (is_fixed ? "t." : "vecext_internal.exact_json(t.")).column(table, column);
    *draft << (is_fixed ? "" : ")");
    return;
  }
  *draft << "pg_catalog.textin(pg_catalog." << (is_array ? "array_out" : "enum_out") << "(t.";
  draft->column(table, column);
  (*draft << "::").type(type) << "))" << (is_array ? "::pg_catalog.text[]" : "");
}

// vecext_internal.exact_json(value anyelement) → jsonb
//
// This function alone has fixed settings: the rest of the statement, such as policies of the table,
// keeps the settings of the session.
VECEXT_FUNCTION(vecext_internal_exact_json)
{
  const int level = begin_exact_settings();
  const Datum json = to_jsonb(fcinfo);
  end_exact_settings(level);
  return json;
}

}  // namespace vecext::pg
