// Changes the options of collections. Renames, drops and unregisters collections.
#include "pg/collection/define/alias_view.h"
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/payload_index.h"
#include "pg/collection/define/text_index_config.h"
#include "pg/collection/define/vector_definition.h"
#include "pg/collection/define/vector_spec.h"
#include "pg/registry/collection_name.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/list.h"

extern "C" {
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// What a call of update_collection() has done.
struct Applied {
  JsonbWriter options;  // the options that have taken effect
  JsonbWriter indexes;  // the indexes that need REINDEX for them
};

/// Sets the options of the index of a vector. For a partitioned index these are set on its
/// partitions. Returns false if the vector has no index.
bool set_index_options(const VectorRow& vector, const char* options, Applied* applied) {
  const Oid index = vector_index(vector.relid, vector.column, vector.distance);
  const SqlRows parts = sql_rows(
      "SELECT k.oid::regclass::text FROM pg_class k WHERE k.relkind = 'i'"
      " AND (k.oid = $1 OR k.oid IN (SELECT p.relid FROM pg_partition_tree($1) p))"
      " ORDER BY k.relname",
      {sql_oid(index)});
  for (const SqlRow part : parts) {
    sql_execute(psprintf("ALTER INDEX %s SET (%s)", part.at(), options));
    applied->indexes.add(WJB_ELEM, std::string_view(part.at()));
  }
  return !parts.empty();
}

void write_param(const CollectionRow& collection, const char* vector, const char* key,
                 const Json& value) {
  JsonbWriter params;
  params.begin_object();
  params.key(key);
  params.add(WJB_VALUE, value.value);
  params.end_object();
  write_registry(collection.relid, RegistryChange::kSetVector,
                 {{"name", vector}, {"params", nullptr, params.jsonb()}});
}

/// Changes what the weights of queries are multiplied by, of a sparse vector with an index of
/// inverted. It holds from the next search on.
void update_modifier(const CollectionRow& collection, const char* name, const Json& change,
                     Applied* applied) {
  check_members(change, {"modifier"});
  if (const Json* modifier = member(change, "modifier")) {
    check_modifier(modifier, "sparsevec", "inverted");
    write_param(collection, name, "modifier", *modifier);
    applied->options.add(WJB_ELEM, std::string_view(psprintf("vectors.%s", name)));
  }
}

void update_vector(const CollectionRow& collection, const char* name, const Json& change,
                   Applied* applied) {
  const VectorRow vector = vector_row(collection, name);
  const char* kept = option_text(vector.params, "index");
  const char* method = kept == nullptr ? "none" : kept;
  if (strcmp(method, "inverted") == 0) {
    update_modifier(collection, name, change, applied);
    return;
  }
  if (strcmp(method, "none") == 0) {
    check_no_members(change);
    return;
  }
  check_members(change, {method});
  const Json* options = member(change, method);
  if (options == nullptr) {
    return;
  }
  const char* list = index_options(method, options);
  // ALTER TABLE may have given the column another type since the vector was described.
  check_index_method(method, column_type(collection.relid, vector.column, change.place),
                     vector.distance, change.place);
  write_param(collection, name, method, *options);
  if (*list == '\0' || !set_index_options(vector, list, applied)) {
    applied->options.add(WJB_ELEM, std::string_view(psprintf("vectors.%s", name)));
  }
}

void update_vectors(const CollectionRow& collection, const Json& vectors, Applied* applied) {
  check_object(vectors);
  for (const char* name : list_of<char>(sorted_keys(vectors.value))) {
    const JsonPlace place = vectors.place.at(std::string_view(name));
    update_vector(collection, name, value_of_key(vectors, name, place), applied);
  }
}

}  // namespace

// vecext.update_collection(name text, options jsonb) → jsonb
VECEXT_FUNCTION(vecext_update_collection)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const Json& options = json_argument(fcinfo, 1, "options");
  check_collection_options(options, {"vectors"});
  const Jsonb* given = without_members(options, {"vectors"});
  Applied applied;
  applied.options.begin_array();
  applied.indexes.begin_array();
  for (const char* name : list_of<char>(sorted_keys(value_of(const_cast<Jsonb*>(given))))) {
    if (is_one_of(name, {"config", "metadata"}) && member(options, name) == nullptr) {
      continue;
    }
    applied.options.add(WJB_ELEM, std::string_view(name));
  }
  // This checks that the caller is the owner, so it is called even if no option is kept.
  write_registry(collection.relid, RegistryChange::kSetCollection,
                 {{"options", nullptr, effective_options(options, {"vectors"})},
                  {"config", nullptr, document_member(options, "config")},
                  {"metadata", nullptr, document_member(options, "metadata")}});
  if (const Json* vectors = member(options, "vectors")) {
    update_vectors(collection, *vectors, &applied);
  }
  applied.options.end_array();
  applied.indexes.end_array();
  JsonbWriter result;
  result.begin_object();
  result.key("applied");
  result.add(WJB_VALUE, value_of(applied.options.jsonb()));
  result.key("needs_reindex");
  result.add(WJB_VALUE, value_of(applied.indexes.jsonb()));
  result.end_object();
  return result.datum();
}

namespace {

/// Renames a collection whose table is named after it, and the table. The event trigger would give
/// the collection the name of its table, so one that is to have a longer name is renamed before its
/// table, as it does not follow the table then.
void rename_with_table(const CollectionRow& collection, const char* new_name) {
  const Oid relid = collection.relid;
  const char* table = relation_name(get_rel_namespace(relid), new_name);
  const bool is_long = strcmp(table, new_name) != 0;
  if (is_long) {
    write_registry(relid, RegistryChange::kSetCollection, {{"name", new_name}});
  }
  sql_execute(psprintf("ALTER TABLE %s RENAME TO %s", present_name(relid), quoted_name(table)));
  if (!is_long && !collection.named_by_table) {
    write_registry(relid, RegistryChange::kSetCollection, {{"name", new_name}});
  }
}

}  // namespace

// vecext.rename_collection(old_name text, new_name text) → void
VECEXT_FUNCTION(vecext_rename_collection)
{
  const char* new_name = text_or_null(fcinfo, 1);
  check_collection_name(new_name);
  const char* old_name = registered_name(text_or_null(fcinfo, 0));
  lock_collection_names(new_name, old_name);
  const Oid relid = table_of_name(old_name);
  check_name_is_free(new_name);
  const CollectionRow collection = collection_row(relid);
  present_name(relid);
  if (collection.named_by_table || (strlen(collection.name) >= NAMEDATALEN &&
                                    is_relation_name(get_rel_name(relid), collection.name))) {
    rename_with_table(collection, new_name);
  } else {
    write_registry(relid, RegistryChange::kSetCollection, {{"name", new_name}});
  }
  PG_RETURN_VOID();
}

// vecext.drop_collection(name text, if_exists bool) → boolean
VECEXT_FUNCTION(vecext_drop_collection)
{
  const char* name = registered_name(text_or_null(fcinfo, 0));
  const bool may_be_missing = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
  if (may_be_missing && !OidIsValid(find_table(name))) {
    PG_RETURN_BOOL(false);
  }
  const Oid relid = table_of_name(name);
  drop_aliases(relid);
  present_name(relid);
  // The table is locked by its OID, as its owner may give the name to another table meanwhile.
  lock_own_relation(relid, AccessExclusiveLock);
  // DROP TABLE does not drop the configurations that were made for its indexes.
  const SqlRows indexes =
      sql_rows("SELECT i.key, i.type, i.options FROM vecext.payload_indexes i WHERE i.relid = $1",
               {sql_oid(relid)});
  for (const SqlRow index : indexes) {
    if (has_config_options(index.jsonb(2))) {
      drop_payload_indexes(relid, index.at(0), index.at(1));
    }
  }
  sql_execute(psprintf("DROP TABLE %s", present_name(relid)));
  PG_RETURN_BOOL(true);
}

// vecext.unregister_collection(name text) → regclass
VECEXT_FUNCTION(vecext_unregister_collection)
{
  const Oid relid = table_of_name(registered_name(text_or_null(fcinfo, 0)));
  drop_aliases(relid);
  present_name(relid);
  write_registry(relid, RegistryChange::kDropCollection, {});
  PG_RETURN_OID(relid);
}

}  // namespace vecext::pg
