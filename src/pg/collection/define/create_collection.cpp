// Creates collections, and makes existing tables collections: those of a user, and those that were
// collections where a dump was made. The text of DDL is made of identifiers and types that were
// looked up, of numbers that were parsed and of literals.
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/payload_index.h"
#include "pg/collection/define/payload_schema.h"
#include "pg/collection/define/vector_definition.h"
#include "pg/registry/collection_name.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Raises an ERROR if a collection or an alias of any schema has that name.
void check_free(const char* name) {
  const SqlRows taken = sql_rows(
      "SELECT c.relid, false FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid"
      " WHERE c.name = $1"
      " UNION ALL SELECT a.view, true FROM vecext.collection_aliases a"
      "   JOIN pg_class v ON v.oid = a.view WHERE a.alias = $1",
      {sql_text(name)});
  if (!taken.empty()) {
    ereport(ERROR,
            (errcode(ERRCODE_DUPLICATE_TABLE),
             errmsg("collection or alias \"%s\" already exists", name),
             errdetail("It is %s.", taken.front().at()), of_taken(name, taken.front().is_true(1))));
  }
}

struct NewVector {
  const char* name;
  const char* column;
  VectorSpec spec;
};

/// True if the object describes one vector, and not vectors by name.
bool is_one_vector(const Json& vectors) {
  for (const std::string_view key : {"size", "distance", "type"}) {
    const std::optional<JsonbValue> value = find_member(vectors.value, key);
    if (value.has_value() && !is_object(*value)) {
      return true;
    }
  }
  return false;
}

List* read_vectors(const Json& vectors) {
  check_object(vectors);
  List* list = NIL;
  List* columns = list_make2(pstrdup("id"), pstrdup("payload"));
  const auto add = [&](const char* name, const Json& spec) {
    const char* column = new_vector_column(name, spec.place, columns);
    columns = lappend(columns, const_cast<char*>(column));
    list = lappend(list, palloc_object<NewVector>(NewVector{
                             .name = name, .column = column, .spec = read_vector_spec(spec)}));
  };
  if (is_one_vector(vectors)) {
    add("", vectors);
    return list;
  }
  for (const char* name : list_of<char>(sorted_keys(vectors.value))) {
    const JsonPlace place = vector_place(vectors.place, name);
    add(name, value_of_key(vectors, name, place));
  }
  return list;
}

/// Returns the schema of a new collection. `written` is the schema before its name, or null if
/// there is none. `current` is the first schema of the caller's search path, or null if that is
/// empty.
const char* read_schema(const Json& options, const char* written, const char* current) {
  const Json* given = member(options, "schema");
  if (given != nullptr && !is_string(*given)) {
    refuse(*given, "the name of a schema is expected");
  }
  const char* option = given == nullptr ? nullptr : string_of(*given);
  if (written != nullptr && option != nullptr && strcmp(option, written) != 0) {
    refuse(*given, psprintf("the name is in schema \"%s\"", written));
  }
  const char* schema = written != nullptr ? written : option != nullptr ? option : current;
  const Oid oid = schema == nullptr ? InvalidOid : get_namespace_oid(schema, true);
  if (!OidIsValid(oid)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_SCHEMA_NAME),
                    schema == nullptr ? errmsg("no schema has been selected to create in")
                                      : errmsg("schema \"%s\" does not exist", schema)));
  }
  if (isTempNamespace(oid)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("a collection is not a temporary table")));
  }
  return schema;
}

const char* read_id_type(const Json& options) {
  const Json* id = member(options, "id");
  if (id == nullptr) {
    return "bigint";
  }
  const char* type = string_of(*id);
  check_known(id->place, type, "unknown type", {"bigint", "uuid", "text", "point_id"});
  return strcmp(type, "point_id") == 0 ? "vecext.point_id" : type;
}

/// Returns the columns and constraints of a new table.
const char* columns_of(const char* id_type, const List* vectors, const Json& payload_schema) {
  StringInfoData columns;
  initStringInfo(&columns);
  appendStringInfo(&columns, "id %s PRIMARY KEY", id_type);
  for (const auto* vector : list_of<NewVector>(vectors)) {
    appendStringInfo(&columns, ", %s %s", quoted_name(vector->column), vector->spec.column_type);
  }
  appendStringInfoString(&columns, ", payload jsonb NOT NULL DEFAULT '{}'");
  for (const char* key : list_of<char>(sorted_keys(payload_schema.value))) {
    const JsonPlace place = payload_schema.place.at(std::string_view(key));
    appendStringInfo(&columns, ", CHECK (%s)",
                     payload_check("payload", key, value_of_key(payload_schema, key, place)));
  }
  return columns.data;
}

const Json& object_or_empty(FunctionCallInfo fcinfo, int i, const char* name) {
  const Json& json = PG_ARGISNULL(i) ? *request_of(JsonbPGetDatum(jsonb_of_text("{}")), name)
                                     : json_argument(fcinfo, i, name);
  check_object(json);
  return json;
}

/// Creates a collection. `current_schema` is the first schema of the caller's search path, or null
/// if that is empty.
Oid create_collection(FunctionCallInfo fcinfo, const char* current_schema) {
  const char* written = text_or_null(fcinfo, 0);
  const CollectionName whole{.schema = nullptr, .name = written};
  const CollectionName parts = written == nullptr ? whole : split_name(written).value_or(whole);
  check_collection_name(parts.name);
  check_free(parts.name);
  lock_collection_name(parts.name);
  check_free(parts.name);
  const Json& options = object_or_empty(fcinfo, 3, "options");
  check_collection_options(options, {"id", "schema"});
  const char* id_type = read_id_type(options);
  const char* schema = read_schema(options, parts.schema, current_schema);
  const List* vectors = read_vectors(vectors_of_body(json_argument(fcinfo, 1, "vectors")));
  const Json& payload_schema = object_or_empty(fcinfo, 2, "payload_schema");

  const Oid schema_oid = get_namespace_oid(schema, false);
  const char* table = relation_name(schema_oid, parts.name);
  sql_execute(psprintf("CREATE TABLE %s.%s (%s)", quoted_name(schema), quoted_name(table),
                       columns_of(id_type, vectors, payload_schema)));
  const Oid relid = get_relname_relid(table, schema_oid);
  const Jsonb* kept = effective_options(options, {"id", "schema"});
  write_registry(relid, RegistryChange::kAddCollection,
                 {{"name", parts.name},
                  {"id_column", "id"},
                  {"payload_column", "payload"},
                  {"payload_schema", nullptr, DatumGetJsonbP(jsonb_of(payload_schema))},
                  {"options", nullptr, kept},
                  {"config", nullptr, document_member(options, "config")},
                  {"metadata", nullptr, document_member(options, "metadata")}});
  for (const auto* vector : list_of<NewVector>(vectors)) {
    add_new_vector(relid, vector->name, vector->column, vector->spec, index_threshold(kept));
  }
  return relid;
}

// The key columns of a row i of pg_index.
#define VECEXT_KEYS "(i.indkey::int2[])[0:i.indnkeyatts - 1]"

/// Raises an ERROR unless functions can look points up by the column of ids: a unique index has it
/// as its only key, or beside the column of namespaces.
void check_id_column(Oid relid, const char* column) {
  const Oid type = column_type(relid, column, JsonPlace::argument("id_column"));
  if (!is_id_type(type)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("column \"%s\" is of type %s", column, format_type_be(type)),
                    errdetail("Ids are bigint, integer, uuid, text or vecext.point_id.")));
  }
  if (!sql_exists("SELECT FROM pg_index i JOIN pg_attribute a"
                  "   ON a.attrelid = i.indrelid AND a.attnum = ANY (" VECEXT_KEYS ")"
                  " WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate"
                  " AND i.indpred IS NULL AND a.attname = $2 AND (i.indnkeyatts = 1"
                  "   OR i.indnkeyatts = 2 AND EXISTS (SELECT FROM vecext.namespace_tables t"
                  "     JOIN pg_attribute n ON n.attrelid = t.relid AND n.attname = t.column_name"
                  "     WHERE t.relid = $1 AND n.attnum = ANY (" VECEXT_KEYS ")))",
                  {sql_oid(relid), sql_text(column)})) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("column \"%s\" has no unique index", column),
                    errhint("Make it the primary key.")));
  }
  const AttrNumber number = get_attnum(relid, column);
  if (!sql_exists(
          "SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attname = $2 AND a.attnotnull",
          {sql_oid(relid), sql_text(column)}) ||
      !is_not_null_valid(relid, number)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("column \"%s\" may be null", column),
             errhint("Make it the primary key, or NOT NULL.")));
  }
  // With such a collation, ids with different bytes may be equal, while functions tell points apart
  // by the bytes of their ids.
  if (sql_exists("SELECT FROM pg_attribute a JOIN pg_collation c"
                 "   ON c.oid = a.attcollation AND NOT c.collisdeterministic"
                 " WHERE a.attrelid = $1 AND a.attname = $2",
                 {sql_oid(relid), sql_text(column)})) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("ids of column \"%s\" have a nondeterministic collation", column)));
  }
}

/// Raises an ERROR unless the table can be a collection.
void check_table(Oid relid, const char* id_column, const char* payload_column) {
  const char kind = get_rel_relkind(relid);
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) {
    ereport(ERROR,
            (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("%s is not a table", present_name(relid))));
  }
  if (get_rel_persistence(relid) == RELPERSISTENCE_TEMP) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("%s is a temporary table", quoted_name(get_rel_name(relid)))));
  }
  if (sql_exists("SELECT FROM vecext.collections c WHERE c.relid = $1", {sql_oid(relid)})) {
    ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
                    errmsg("table %s is a collection already", present_name(relid))));
  }
  check_id_column(relid, id_column);
  const AttrNumber payload =
      payload_column == nullptr ? InvalidAttrNumber : get_attnum(relid, payload_column);
  if (payload_column != nullptr && (payload <= 0 || get_atttype(relid, payload) != JSONBOID)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("relation %s has no column \"%s\" of type jsonb", present_name(relid),
                           payload_column)));
  }
}

}  // namespace

// vecext.create_collection(name text, vectors jsonb, payload_schema jsonb, options jsonb) →
// regclass
//
// The caller's search path is used for nothing but the schema of the collection.
VECEXT_FUNCTION(vecext_create_collection)
{
  List* path = fetch_search_path(false);
  const char* schema = path == NIL ? nullptr : get_namespace_name(linitial_oid(path));
  const int nest_level = NewGUCNestLevel();
  restrict_search_path();
  const Oid relid = create_collection(fcinfo, schema);
  AtEOXact_GUC(false, nest_level);
  PG_RETURN_OID(relid);
}

// vecext.register_collection(relid regclass, name text, id_column text, vectors jsonb,
// payload_column text) → regclass
VECEXT_FUNCTION(vecext_register_collection)
{
  const Json& vectors = json_argument(fcinfo, 3, "vectors");
  check_object(vectors);
  if (PG_ARGISNULL(0)) {
    PG_RETURN_NULL();
  }
  const Oid relid = PG_GETARG_OID(0);
  const char* name = text_or_null(fcinfo, 1);
  const char* id_column = text_or_null(fcinfo, 2);
  const char* payload_column = text_or_null(fcinfo, 4);
  write_registry(relid, RegistryChange::kAddCollection,
                 {{"name", name}, {"id_column", id_column}, {"payload_column", payload_column}},
                 [&] {
                   check_collection_name(name != nullptr ? name : get_rel_name(relid));
                   check_table(relid, id_column == nullptr ? "" : id_column, payload_column);
                 });
  const Json* column = member(vectors, "column");
  if (column != nullptr && is_string(*column)) {
    add_column_as_vector(relid, "", vectors);
    PG_RETURN_OID(relid);
  }
  for (const char* vector : list_of<char>(sorted_keys(vectors.value))) {
    const JsonPlace place = vector_place(vectors.place, vector);
    add_column_as_vector(relid, vector, value_of_key(vectors, vector, place));
  }
  PG_RETURN_OID(relid);
}

namespace {

/// Returns a member of the definition as an object, which is empty if it is missing.
const Json& object_of(const Json& definition, const char* name) {
  const Json* given = member(definition, name);
  const Json& object =
      given == nullptr ? *request_of(JsonbPGetDatum(jsonb_of_text("{}")), name) : *given;
  check_object(object);
  return object;
}

/// Raises an ERROR unless the definition has what collection_definition() returns. The rows of the
/// registry that it becomes are checked as those of a new collection.
void check_definition(const Json& definition, const char* payload_column) {
  check_members(definition, {"name", "id_column", "payload_column", "payload_schema", "options",
                             "config", "metadata", "created_at", "vectors", "payload_indexes"});
  check_collection_options(object_of(definition, "options"));
  object_of(definition, "config");
  object_of(definition, "metadata");
  object_of(definition, "vectors");
  const Json& schema = object_of(definition, "payload_schema");
  for (const char* key : list_of<char>(sorted_keys(schema.value))) {
    const JsonPlace place = schema.place.at(std::string_view(key));
    payload_check(payload_column == nullptr ? "payload" : payload_column, key,
                  value_of_key(schema, key, place));
  }
}

void add_collection(Oid relid, const char* name, const Json& definition) {
  const char* id_column = string_member(definition, "id_column");
  const char* payload_column = string_member(definition, "payload_column");
  check_definition(definition, payload_column);
  write_registry(relid, RegistryChange::kAddCollection,
                 {{"name", name},
                  {"id_column", id_column},
                  {"payload_column", payload_column},
                  {"payload_schema", nullptr, document_member(definition, "payload_schema")},
                  {"options", nullptr, effective_options(object_of(definition, "options"), {})},
                  {"config", nullptr, document_member(definition, "config")},
                  {"metadata", nullptr, document_member(definition, "metadata")},
                  {"created_at", string_member(definition, "created_at")}},
                 [&] {
                   check_collection_name(name != nullptr ? name : get_rel_name(relid));
                   check_table(relid, id_column == nullptr ? "" : id_column, payload_column);
                 });
}

}  // namespace

// vecext.restore_collection(relid regclass, definition jsonb, name text) → regclass
VECEXT_FUNCTION(vecext_restore_collection)
{
  const Json& definition = json_argument(fcinfo, 1, "definition");
  check_object(definition);
  if (PG_ARGISNULL(0)) {
    PG_RETURN_NULL();
  }
  const Oid relid = PG_GETARG_OID(0);
  const char* given = text_or_null(fcinfo, 2);
  add_collection(relid, given != nullptr ? given : string_member(definition, "name"), definition);
  const Json& vectors = object_of(definition, "vectors");
  for (const char* name : list_of<char>(sorted_keys(vectors.value))) {
    const JsonPlace place = vector_place(vectors.place, name);
    add_column_as_vector(relid, name, value_of_key(vectors, name, place));
  }
  if (const Json* indexes = member(definition, "payload_indexes")) {
    const CollectionRow collection = collection_row(relid);
    for (int i = 0, count = element_count(*indexes); i < count; ++i) {
      restore_payload_index(collection, *element(*indexes, i));
    }
  }
  PG_RETURN_OID(relid);
}

}  // namespace vecext::pg
