// Creates and drops indexes on payloads.
#include "pg/collection/define/payload_index.h"

#include "pg/collection/define/arguments.h"
#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/payload_index_spec.h"
#include "pg/collection/define/rows.h"
#include "pg/collection/define/text_index_config.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/pg_constraint.h"
#include "lib/stringinfo.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostNumber = 99999;  // the largest number that is put behind a name that is taken

/// An index that a collection has on a key.
struct KnownIndex {
  Oid oid;          // InvalidOid if the table has no index of the name that the registry has
  const char* key;  // as the registry has it, which may be another way to write the path
  const char* type;
  bool has_options;  // it has the type and the options that were asked for
  Jsonb* requested;  // null if set_payload_index() has not made it
};

/// Returns the indexes on the key of `index`, however it is written, a list of KnownIndex. The
/// first is one that has the type and the options, if there is such an index.
List* known_indexes(const PayloadIndex& index) {
  const Jsonb* options = DatumGetJsonbP(jsonb_of(*index.options));
  const SqlRows rows = sql_rows(
      "SELECT (SELECT k.oid FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid"
      "   WHERE x.indrelid = i.relid AND k.relname = i.index), i.type,"
      " i.type = $3 AND $4 = CASE WHEN $5 THEN i.options - 'config' ELSE i.options END,"
      " i.requested, i.key FROM vecext.payload_indexes i WHERE i.relid = $1"
      " AND vecext_internal.canonical_path(i.key) = vecext_internal.canonical_path($2)"
      " ORDER BY 3 DESC, i.key, i.type",
      // Options of words are not compared as written: the index has a configuration that was made
      // of them.
      {sql_oid(index.relid), sql_text(index.key), sql_text(index.type.data()), sql_jsonb(options),
       sql_bool(has_config_options(options))});
  List* known = NIL;
  for (const SqlRow row : rows) {
    known = lappend(known, palloc_object<KnownIndex>(KnownIndex{
                               .oid = row.at(0) == nullptr ? InvalidOid : row.oid(0),
                               .key = row.at(4),
                               .type = row.at(1),
                               .has_options = row.is_true(2),
                               .requested = row.at(3) == nullptr ? nullptr : row.jsonb(3)}));
  }
  return known;
}

/// Raises an ERROR if the collection has as many indexes as strict mode allows.
void check_index_count(const CollectionRow& collection) {
  const char* most = sql_value(
      "SELECT (c.options #>> '{strict_mode,max_payload_index_count}')::numeric::int8"
      " FROM vecext.collections c"
      " WHERE c.relid = $1 AND coalesce((c.options #>> '{strict_mode,enabled}')::bool, true)"
      " AND (SELECT count(*) FROM vecext.payload_indexes i WHERE i.relid = c.relid)"
      "   >= (c.options #>> '{strict_mode,max_payload_index_count}')::numeric",
      {sql_oid(collection.relid)});
  if (most != nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("collection \"%s\" has %s payload indexes, as many as strict mode allows",
                    collection.name, most),
             about({.rule = "max_payload_index_count", .collection = collection.name})));
  }
}

/// Returns the collection's index of that key and type, or InvalidOid if it has none. Raises an
/// ERROR if it has one with other options, or if it has none but already as many indexes as strict
/// mode allows.
Oid same_index(const PayloadIndex& index) {
  const CollectionRow collection = collection_row(index.relid);
  for (const auto* known : list_of<KnownIndex>(known_indexes(index))) {
    if (index.type != known->type) {
      continue;
    }
    if (!known->has_options) {
      ereport(ERROR,
              (errcode(ERRCODE_DUPLICATE_TABLE),
               errmsg("collection \"%s\" has an index of type %s on \"%s\" with other options",
                      collection.name, known->type, index.key),
               errhint("Drop it with vecext.drop_payload_index() first.")));
    }
    return known->oid;
  }
  check_index_count(collection);
  return InvalidOid;
}

const Json& with_config(const Json& options, const char* config) {
  const char* whole = sql_value("SELECT $1 || jsonb_build_object('config', $2)",
                                {sql_jsonb(DatumGetJsonbP(jsonb_of(options))), sql_text(config)});
  return *request_of(JsonbPGetDatum(jsonb_of_text(whole)), "options");
}

/// Adds the constraint that no value at the key is an array, and returns its name.
const char* add_scalar_constraint(const PayloadIndex& index) {
  const Oid schema = get_rel_namespace(index.relid);
  const char* table = first_characters(get_rel_name(index.relid), 30);
  const char* name = free_relation_name(schema, psprintf("%s_%s_scalar", table, index.key));
  for (int i = 1;
       i <= kMostNumber && OidIsValid(get_relation_constraint_oid(index.relid, name, true)); ++i) {
    name = free_relation_name(
        schema, psprintf("%s_%s_scalar%d", table, first_characters(index.key, 10), i));
  }
  execute_as_owner(index.relid, psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (NOT %s)",
                                         present_name(index.relid), quoted_name(name),
                                         payload_accessor(index, "payload_is_array")));
  return name;
}

const char* free_index_name(const PayloadIndex& index, const char* suffix) {
  return free_relation_name(
      get_rel_namespace(index.relid),
      psprintf("%s_%s_%s_idx", first_characters(get_rel_name(index.relid), 30),
               first_characters(index.key, 20), suffix));
}

/// Returns the index of the rows in which the value at the key is an array. One such index serves
/// the indexes of all types on the key.
const char* array_index_of(const PayloadIndex& index) {
  const char* name = sql_value(
      "SELECT i.array_index FROM vecext.payload_indexes i"
      " WHERE i.relid = $1 AND i.array_index IS NOT NULL"
      " AND vecext_internal.canonical_path(i.key) = vecext_internal.canonical_path($2) LIMIT 1",
      {sql_oid(index.relid), sql_text(index.key)});
  if (name != nullptr) {
    return name;
  }
  name = free_index_name(index, "array");
  const char* is_array = payload_accessor(index, "payload_is_array");
  sql_execute(psprintf("CREATE INDEX %s ON %s USING btree (%s) WHERE %s", quoted_name(name),
                       present_name(index.relid), is_array, is_array));
  return name;
}

/// Creates an index. `requested` is what set_payload_index() was given, and null for another
/// function.
Oid create_index(PayloadIndex index, const Jsonb* requested) {
  const char* type = index.type.data();
  // Options of words, which only indexes of texts have, become a configuration.
  if (has_config_options(DatumGetJsonbP(jsonb_of(*index.options)))) {
    const char* config = create_index_config(index.relid, index.key, type, *index.options);
    index.options = &with_config(*index.options, config);
  }
  const char* definition = index_definition(index);
  const char* constraint = index.is_scalar ? add_scalar_constraint(index) : nullptr;
  const char* name = free_index_name(index, type);
  sql_execute(psprintf("CREATE INDEX %s ON %s USING %s", quoted_name(name),
                       present_name(index.relid), definition));
  const char* array_index = needs_array_index(index) ? array_index_of(index) : nullptr;
  write_registry(index.relid, RegistryChange::kAddPayloadIndex,
                 {{"key", index.key},
                  {"type", type},
                  {"options", nullptr, DatumGetJsonbP(jsonb_of(*index.options))},
                  {"index", name},
                  {"array_index", array_index},
                  {"constraint_name", constraint},
                  {"requested", nullptr, requested}});
  return get_relname_relid(name, get_rel_namespace(index.relid));
}

/// Drops indexes as drop_payload_indexes() does; if `is_as_written`, only those whose key is
/// written in the same way.
bool drop_indexes(Oid relid, const char* key, const char* type, bool is_as_written) {
  const SqlRows entries = sql_rows(
      "SELECT i.key, i.type, i.options, i.index, i.array_index, i.constraint_name"
      " FROM vecext.payload_indexes i WHERE i.relid = $1 AND i.type = coalesce($3, i.type)"
      " AND vecext_internal.canonical_path(i.key) = vecext_internal.canonical_path($2)"
      " AND (i.key = $2 OR NOT $4)",
      {sql_oid(relid), sql_text(key), sql_text(type), sql_bool(is_as_written)});
  for (const SqlRow entry : entries) {
    // The table is locked before its indexes, as by DROP INDEX.
    lock_own_relation(relid, AccessExclusiveLock);
    write_registry(relid, RegistryChange::kDropPayloadIndex,
                   {{"key", entry.at(0)}, {"type", entry.at(1)}});
    const List* drops = drops_of_index_config(relid, entry.at(3), entry.jsonb(2));
    // Drop only indexes of this table: its owner may have given the name to an index of another
    // table since.
    const SqlRows indexes = sql_rows(
        "SELECT k.oid::regclass FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid"
        " WHERE x.indrelid = $1 AND (k.relname = $2 OR k.relname = $3 AND NOT EXISTS"
        "   (SELECT FROM vecext.payload_indexes i WHERE i.relid = $1 AND i.array_index = $3))",
        {sql_oid(relid), sql_text(entry.at(3)), sql_text(entry.at(4))});
    for (const SqlRow dropped : indexes) {
      sql_execute(psprintf("DROP INDEX %s", dropped.at()));
    }
    for (const char* drop : list_of<char>(drops)) {
      execute_as_owner(relid, drop);
    }
    if (entry.at(5) != nullptr) {
      sql_execute(psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", present_name(relid),
                           quoted_name(entry.at(5))));
    }
  }
  return !entries.empty();
}

}  // namespace

bool drop_payload_indexes(Oid relid, const char* key, const char* type) {
  return drop_indexes(relid, key, type, false);
}

namespace {

/// Returns the index that a function was asked for: its arguments are the collection, the key, the
/// type and the options.
PayloadIndex requested_index(const CollectionRow& collection, const char* key, const char* type,
                             const Json& options) {
  if (collection.payload_column == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("collection \"%s\" has no payload", collection.name)));
  }
  if (type == nullptr) {
    refuse(JsonPlace::argument("type"), "a type is expected");
  }
  check_known(JsonPlace::argument("type"), type, "unknown type",
              {"keyword", "integer", "float", "bool", "datetime", "uuid", "geo", "text", "bm25",
               "prefix", "is_empty", "values_count"});
  check_index_key(key);
  check_payload_options(options, type);
  return {.relid = collection.relid,
          .payload_column = collection.payload_column,
          .key = key,
          .type = type,
          .options = &options,
          .is_scalar = bool_member(options, "scalar_only", false),
          .of_arrays = bool_member(options, "arrays", false)};
}

/// Returns the index with its key in the form that the registry has of all ways to write the path.
PayloadIndex with_canonical_key(PayloadIndex index) {
  index.key = sql_value("SELECT vecext_internal.canonical_path($1)", {sql_text(index.key)});
  return index;
}

const Json& options_argument(FunctionCallInfo fcinfo, int i) {
  return PG_ARGISNULL(i) ? *request_of(JsonbPGetDatum(jsonb_of_text("{}")), "options")
                         : json_argument(fcinfo, i, "options");
}

/// Returns the index of the key if it is the one that was asked for and the only one, and null
/// otherwise.
const KnownIndex* only_index(const List* known) {
  const auto* first = known == NIL ? nullptr : static_cast<const KnownIndex*>(linitial(known));
  return list_length(known) == 1 && first->has_options && OidIsValid(first->oid) ? first : nullptr;
}

/// Locks the table as the change of an index from `known` to another one needs it, and returns the
/// indexes that there are then. Indexes that are dropped need a stronger lock than a new one, and a
/// lock is given back before a stronger one is taken: otherwise two sessions might wait for each
/// other.
List* lock_for_index(const PayloadIndex& index, List* known) {
  LOCKMODE held = NoLock;
  while (only_index(known) == nullptr) {
    const LOCKMODE needed =
        known != NIL || index.is_scalar ? AccessExclusiveLock : ShareRowExclusiveLock;
    if (held >= needed) {
      break;
    }
    if (held != NoLock) {
      UnlockRelationOid(index.relid, held);
    }
    lock_own_relation(index.relid, needed);
    held = needed;
    known = known_indexes(index);
  }
  return known;
}

/// Makes `index` the one index on its key, and returns it. `requested` is what was asked for.
Oid set_index(const CollectionRow& collection, const PayloadIndex& index, const Jsonb* requested) {
  const List* known = lock_for_index(index, known_indexes(index));
  const KnownIndex* only = only_index(known);
  if (only != nullptr) {
    if (only->requested == nullptr ||
        compareJsonbContainers(&only->requested->root,
                               const_cast<JsonbContainer*>(&requested->root)) != 0) {
      write_registry(index.relid, RegistryChange::kSetPayloadIndex,
                     {{"key", only->key}, {"type", only->type}, {"requested", nullptr, requested}});
    }
    return only->oid;
  }
  if (known == NIL) {
    check_index_count(collection);
  }
  const KnownIndex* kept = nullptr;
  for (const auto* other : list_of<KnownIndex>(known)) {
    if (kept == nullptr && other->has_options && OidIsValid(other->oid)) {
      kept = other;
    } else {
      drop_indexes(index.relid, other->key, other->type, true);
    }
  }
  if (kept == nullptr) {
    return create_index(index, requested);
  }
  write_registry(index.relid, RegistryChange::kSetPayloadIndex,
                 {{"key", kept->key}, {"type", kept->type}, {"requested", nullptr, requested}});
  return kept->oid;
}

/// Returns `name` if the table has an index of that name which may be one of payloads, and null
/// otherwise. Those are on expressions, and no constraint needs them, so that they can be dropped.
const char* present_index(Oid relid, const char* name) {
  return sql_value(
      "SELECT k.relname FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid"
      " WHERE x.indrelid = $1 AND k.relname = $2 AND x.indexprs IS NOT NULL"
      " AND NOT x.indisunique AND NOT x.indisexclusion",
      {sql_oid(relid), sql_text(name)});
}

/// Returns the options without the configuration that was made of them.
const Json& options_as_given(const Json& options) {
  if (!has_config_options(DatumGetJsonbP(jsonb_of(options)))) {
    return options;
  }
  return *palloc_object<Json>(
      Json{.value = value_of(const_cast<Jsonb*>(without_members(options, {"config"}))),
           .place = options.place});
}

}  // namespace

void restore_payload_index(const CollectionRow& collection, const Json& entry) {
  check_members(entry,
                {"key", "type", "options", "index", "array_index", "constraint_name", "requested"});
  const Json& options = required(entry, "options");
  const PayloadIndex index =
      requested_index(collection, string_member(entry, "key"), string_member(entry, "type"),
                      options_as_given(options));
  const Json* requested = member(entry, "requested");
  if (requested != nullptr) {
    check_object(*requested);
  }
  const Jsonb* schema = document_member(entry, "requested");
  const Oid relid = collection.relid;
  lock_own_relation(relid, index.is_scalar ? AccessExclusiveLock : ShareRowExclusiveLock);
  for (const auto* known : list_of<KnownIndex>(known_indexes(index))) {
    if (index.type == known->type && strcmp(index.key, known->key) == 0) {
      refuse(entry, "the key has an index of that type already");
    }
  }
  const char* name = present_index(relid, string_member(entry, "index"));
  if (name == nullptr) {
    create_index(index, schema);
    return;
  }
  const char* constraint = string_member(entry, "constraint_name");
  if (!index.is_scalar) {
    constraint = nullptr;
  } else if (constraint == nullptr ||
             !OidIsValid(get_relation_constraint_oid(relid, constraint, true))) {
    constraint = add_scalar_constraint(index);
  }
  const char* array_index = present_index(relid, string_member(entry, "array_index"));
  if (array_index == nullptr && needs_array_index(index)) {
    array_index = array_index_of(index);
  }
  write_registry(relid, RegistryChange::kAddPayloadIndex,
                 {{"key", index.key},
                  {"type", index.type.data()},
                  {"options", nullptr, DatumGetJsonbP(jsonb_of(options))},
                  {"index", name},
                  {"array_index", array_index},
                  {"constraint_name", constraint},
                  {"requested", nullptr, schema}});
}

// vecext.create_payload_index(c text, key text, type text, options jsonb) → regclass
VECEXT_FUNCTION(vecext_create_payload_index)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const char* key = text_or_null(fcinfo, 1);
  const char* type = text_or_null(fcinfo, 2);
  const Json& options = given_index_options(options_argument(fcinfo, 3), type);
  const PayloadIndex index = with_canonical_key(requested_index(collection, key, type, options));
  Oid found = same_index(index);
  if (!OidIsValid(found)) {
    // Wait for a session that creates an index of the table, and look again. The lock is already as
    // strong as later statements need: two sessions that both hold a weaker lock and want a
    // stronger one would wait for each other.
    lock_own_relation(collection.relid,
                      index.is_scalar ? AccessExclusiveLock : ShareRowExclusiveLock);
    found = same_index(index);
  }
  if (OidIsValid(found)) {
    ereport(NOTICE, (errmsg("collection \"%s\" has the index of type %s on \"%s\" already",
                            collection.name, type, key)));
    PG_RETURN_OID(found);
  }
  PG_RETURN_OID(create_index(index, nullptr));
}

// vecext.set_payload_index(c text, key text, type text, options jsonb) → regclass
VECEXT_FUNCTION(vecext_set_payload_index)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const char* key = text_or_null(fcinfo, 1);
  const char* type = text_or_null(fcinfo, 2);
  const Json& given = options_argument(fcinfo, 3);
  const Json& options = applied_index_options(given, type);
  const PayloadIndex index = with_canonical_key(requested_index(collection, key, type, options));
  PG_RETURN_OID(set_index(collection, index, requested_schema(given, type)));
}

// vecext.drop_payload_index(c text, key text, type text) → boolean
VECEXT_FUNCTION(vecext_drop_payload_index)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  PG_RETURN_BOOL(
      drop_payload_indexes(collection.relid, text_or_null(fcinfo, 1), text_or_null(fcinfo, 2)));
}

}  // namespace vecext::pg
