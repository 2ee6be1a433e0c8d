// Changes vectors and the payload schema of an existing collection. Its aliases, options and
// payload indexes stay.
#include "pg/collection/define/alias_view.h"
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/payload_schema.h"
#include "pg/collection/define/vector_definition.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/list.h"

extern "C" {
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Locks a collection of the caller before its columns change, and returns the plain views of its
/// aliases.
List* begin_change(Oid relid) {
  lock_names(relid);
  lock_views_and_table(relid);
  return plain_views(relid, "Change the collection in a transaction that is read committed.");
}

/// Changes the columns of a collection's table. The views of its aliases are dropped before, and
/// made again after the change.
void alter_columns(Oid relid, const char* change, const List* views) {
  drop_views(views);
  sql_execute(psprintf("ALTER TABLE %s %s", present_name(relid), change));
  make_views_again(relid, views);
}

void check_new_vector(const CollectionRow& collection, const char* name) {
  if (name != nullptr && has_vector(collection.relid, name)) {
    ereport(ERROR,
            (errcode(ERRCODE_DUPLICATE_COLUMN),
             errmsg("collection \"%s\" has a vector named \"%s\" already", collection.name, name)));
  }
}

/// Renames the column of a vector, also in plain views of aliases.
void rename_column(Oid relid, const char* from, const char* to, const List* views) {
  sql_execute(psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", present_name(relid),
                       quoted_name(from), quoted_name(to)));
  for (const auto* view : list_of<PlainView>(views)) {
    if (get_attnum(view->oid, from) > 0) {
      sql_execute(psprintf("ALTER VIEW %s RENAME COLUMN %s TO %s", view->name, quoted_name(from),
                           quoted_name(to)));
    }
  }
}

/// Returns a name that no constraint of the table has.
const char* free_constraint_name(Oid relid) {
  const char* name = "vecext_sample";
  while (sql_exists("SELECT FROM pg_constraint n WHERE n.conrelid = $1 AND n.conname = $2",
                    {sql_oid(relid), sql_text(name)})) {
    name = psprintf("%s_", name);
  }
  return name;
}

/// Drops the constraints with the condition `check`. To find them, adds a constraint named `sample`
/// with this condition, and compares the definitions that the server shows.
void drop_checks(Oid relid, const char* sample, const char* check) {
  execute_as_owner(relid, psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID",
                                   present_name(relid), quoted_name(sample), check));
  const SqlRows same = sql_rows(
      "SELECT n.conname FROM pg_constraint n"
      " JOIN pg_constraint s ON s.conrelid = n.conrelid AND s.conname = $2"
      " WHERE n.conrelid = $1 AND n.contype = 'c'"
      " AND pg_get_expr(n.conbin, n.conrelid) = pg_get_expr(s.conbin, s.conrelid)",
      {sql_oid(relid), sql_text(sample)});
  for (const SqlRow constraint : same) {
    sql_execute(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", present_name(relid),
                         quoted_name(constraint.at())));
  }
}

/// Adds the constraint for a key. Raises an ERROR 23514 if a point does not satisfy it.
void add_check(const CollectionRow& collection, const JsonPlace& place, const char* check) {
  PG_TRY();
  {
    execute_as_owner(collection.relid, psprintf("ALTER TABLE %s ADD CHECK (%s)",
                                                present_name(collection.relid), check));
  }
  PG_CATCH();
  {
    if (geterrcode() != ERRCODE_CHECK_VIOLATION) {
      PG_RE_THROW();
    }
    FlushErrorState();
    ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION),
                    errmsg("a point of collection \"%s\" does not satisfy the payload schema",
                           collection.name),
                    errdetail("At %s.", path_text(place))));
  }
  PG_END_TRY();
}

/// Returns the keys of a payload schema that `other` does not have, or has with another value.
SqlRows changed_keys(const Jsonb* schema, const Jsonb* other) {
  return sql_rows(
      "SELECT e.key, e.value FROM jsonb_each($1) e WHERE e.value IS DISTINCT FROM $2 -> e.key"
      " ORDER BY e.key COLLATE \"C\"",
      {sql_jsonb(schema), sql_jsonb(other)});
}

const char* check_of(const CollectionRow& collection, const SqlRow& key, const JsonPlace& place) {
  const Json spec{.value = value_of(key.jsonb(1)), .place = place};
  return payload_check(collection.payload_column, key.at(), spec);
}

}  // namespace

// vecext.add_vector(c text, name text, vector jsonb) → void
VECEXT_FUNCTION(vecext_add_vector)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const char* name = text_or_null(fcinfo, 1);
  const JsonPlace vectors = JsonPlace::argument("vectors");
  const JsonPlace place = name == nullptr ? vectors : vector_place(vectors, name);
  const Json vector{.value = json_argument(fcinfo, 2, "vectors").value, .place = place};
  check_new_vector(collection, name);
  if (is_object(vector) && find_member(vector.value, "column").has_value()) {
    // The vector is a column that the table has already, described as for register_collection().
    if (name == nullptr) {
      refuse(JsonPlace::argument("name"), "the name of a vector is expected");
    }
    add_column_as_vector(collection.relid, name, vector);
    PG_RETURN_VOID();
  }
  check_vector_name(name, place);
  const VectorSpec spec = read_vector_spec(vector);
  const List* views = begin_change(collection.relid);
  // Another session may have added it meanwhile.
  check_new_vector(collection, name);
  const char* new_column = new_vector_column(name, place, columns_of_table(collection.relid));
  for (auto* view : list_of<PlainView>(views)) {
    view->columns = psprintf("%s%s%s", view->columns, *view->columns == '\0' ? "" : ", ",
                             quoted_name(new_column));
  }
  alter_columns(collection.relid,
                psprintf("ADD COLUMN %s %s", quoted_name(new_column), spec.column_type), views);
  add_new_vector(collection.relid, name, new_column, spec, index_threshold(collection.options));
  PG_RETURN_VOID();
}

// vecext.drop_vector(c text, name text) → void
VECEXT_FUNCTION(vecext_drop_vector)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const VectorRow vector = vector_row(collection, text_or_null(fcinfo, 1));
  const List* views = begin_change(collection.relid);
  for (auto* view : list_of<PlainView>(views)) {
    view->columns = columns_without(*view, collection.relid, vector.column);
  }
  drop_vector_trigger(collection.relid, vector.name);
  // The event trigger drops the vector.
  alter_columns(collection.relid, psprintf("DROP COLUMN %s", quoted_name(vector.column)), views);
  PG_RETURN_VOID();
}

// vecext.rename_vector(c text, old_name text, new_name text) → void
VECEXT_FUNCTION(vecext_rename_vector)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const VectorRow vector = vector_row(collection, text_or_null(fcinfo, 1));
  const char* new_name = text_or_null(fcinfo, 2);
  const JsonPlace vectors = JsonPlace::argument("vectors");
  const JsonPlace place = new_name == nullptr ? vectors : vector_place(vectors, new_name);
  check_vector_name(new_name, place);
  check_new_vector(collection, new_name);
  const List* views = begin_change(collection.relid);
  // Another session may have renamed the vector, or have added one of the new name, meanwhile.
  vector_row(collection, vector.name);
  check_new_vector(collection, new_name);
  // The trigger knows the vector by its name.
  const bool has_trigger = drop_vector_trigger(collection.relid, vector.name);
  write_registry(collection.relid, RegistryChange::kRenameVector,
                 {{"name", vector.name}, {"new_name", new_name}});
  if (has_trigger) {
    create_vector_trigger(collection.relid, new_name);
  }
  if (is_vector_column(vector.column, vector.name) && !is_vector_column(vector.column, new_name)) {
    const char* new_column = new_vector_column(new_name, place, columns_of_table(collection.relid));
    rename_column(collection.relid, vector.column, new_column, views);
  }
  PG_RETURN_VOID();
}

// vecext.set_payload_schema(c text, payload_schema jsonb) → void
VECEXT_FUNCTION(vecext_set_payload_schema)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const Json& given = json_argument(fcinfo, 1, "payload_schema");
  check_object(given);
  if (collection.payload_column == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("collection \"%s\" has no payload", collection.name)));
  }
  lock_own_relation(collection.relid, AccessExclusiveLock);
  const Jsonb* schema = DatumGetJsonbP(jsonb_of(given));
  const char* sample = free_constraint_name(collection.relid);
  for (const SqlRow gone : changed_keys(collection.payload_schema, schema)) {
    const JsonPlace place = given.place.at(std::string_view(gone.at()));
    drop_checks(collection.relid, sample, check_of(collection, gone, place));
  }
  for (const SqlRow added : changed_keys(schema, collection.payload_schema)) {
    const JsonPlace place = given.place.at(std::string_view(added.at()));
    add_check(collection, place, check_of(collection, added, place));
  }
  write_registry(collection.relid, RegistryChange::kSetPayloadSchema,
                 {{"payload_schema", nullptr, schema}});
  PG_RETURN_VOID();
}

}  // namespace vecext::pg
