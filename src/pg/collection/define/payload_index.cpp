// Indexes on payloads. The expressions are those that the planner's side of vecext.matches() makes
// of conditions: an index on any other would serve none.
#include "pg/collection/define/payload_index.h"

#include "core/condition/parse/parse_filter.h"
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/payload_schema.h"
#include "pg/collection/define/rows.h"
#include "pg/collection/define/words.h"
#include "pg/payload/parse_error.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/catalog.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/pg_constraint.h"
#include "lib/stringinfo.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostNumber = 99999;  // behind a name that is another's

/// What is to be made.
struct PayloadIndex {
  Oid relid;
  const char* payload_column;
  const char* key;
  std::string_view type;
  const Json* options;
  bool is_scalar;  // no value is an array, by a constraint
  bool of_arrays;  // the index has the elements of arrays
};

/// Another index finds the rows in which the value is an array, as functions of one value return
/// null for these.
bool needs_array_index(const PayloadIndex& index) {
  return !index.is_scalar && !index.of_arrays &&
         is_one_of(index.type, {"integer", "float", "bool", "datetime", "uuid", "prefix"});
}

void check_key(const char* key) {
  constexpr std::size_t kMostBytes = 1000;
  if (key == nullptr || strlen(key) > kMostBytes) {
    refuse(JsonPlace::argument("key"), "a path of at most 1000 bytes is expected");
  }
  PayloadPath path;
  const ParseError error = parse_path(key, context_arena(CurrentMemoryContext), &path);
  if (!error.ok()) {
    raise_path_error(error, key);
  }
}

void check_option_keys(const Json& options, std::string_view type) {
  if (is_one_of(type, {"integer", "float", "datetime"})) {
    check_members(options, {"scalar_only", "arrays"});
  } else if (is_one_of(type, {"keyword", "bool", "uuid", "prefix"})) {
    check_members(options, {"scalar_only"});
  } else if (type == "text" || type == "bm25") {
    each_member(options.value, [&](std::string_view name, const JsonbValue&) {
      const bool is_known = is_word_option(name) || name == "config" ||
                            (type == "bm25" && is_one_of(name, {"k1", "b", "cjk"}));
      if (!is_known) {
        refuse_key(options.place, name,
                   {"config", "k1", "b", "cjk", "tokenizer", "lowercase", "ascii_folding",
                    "min_token_len", "max_token_len", "stopwords", "stemmer", "phrase_matching"});
      }
    });
  } else {
    check_members(options, {});
  }
}

void check_options(const Json& options, std::string_view type) {
  if (!is_object(options)) {
    check_members(options, {});
  }
  check_option_keys(options, type);
  if (has_word_options(DatumGetJsonbP(jsonb_of(options)))) {
    check_word_options(options);
    if (const Json* config = member(options, "config")) {
      refuse(*config, "there are no other options of words with \"config\"");
    }
  }
  if (const Json* config = member(options, "config"); config != nullptr && !is_string(*config)) {
    refuse(*config, "the name of a text search configuration is expected");
  }
  if (const Json* cjk = member(options, "cjk"); cjk != nullptr && !is_string(*cjk)) {
    refuse(*cjk, "parser or bigrams is expected");
  }
  for (const char* name : {"k1", "b"}) {
    number_member(options, name, 0);
  }
  const bool is_scalar = bool_member(options, "scalar_only", false);
  if (bool_member(options, "arrays", false) && is_scalar) {
    refuse(options.place.at("arrays"), "there are no arrays with scalar_only");
  }
}

/// The configuration of an index of texts, as a statement has it.
const char* config_of(const Json& options) {
  const Json* config = member(options, "config");
  const char* name = config == nullptr ? "simple" : string_of(*config);
  const Oid found = find_text_config(name);
  if (!OidIsValid(found)) {
    refuse(config->place, psprintf("text search configuration \"%s\" does not exist", name));
  }
  return sql_value("SELECT $1::regconfig", {sql_oid(found)});
}

/// The options of bm25 that go to the index.
const char* bm25_options(const Json& options) {
  StringInfoData list;
  initStringInfo(&list);
  for (const char* name : {"b", "k1", "cjk"}) {
    const Json* option = member(options, name);
    if (option != nullptr) {
      const char* value = option_text(DatumGetJsonbP(jsonb_of(options)), name);
      appendStringInfo(&list, ", %s = %s", name, quoted_text(value));
    }
  }
  return list.data;
}

/// The accessor of a value at the path, with the name of its function.
const char* accessor(const PayloadIndex& index, const char* function) {
  return psprintf("vecext.%s(%s, %s)", function, quoted_name(index.payload_column),
                  quoted_text(index.key));
}

const char* value_of_key(const PayloadIndex& index) {
  return payload_value(index.payload_column, index.key, JsonPlace::argument("key"));
}

const char* keyword_index(const PayloadIndex& index) {
  if (index.is_scalar) {
    return psprintf("btree (%s)", accessor(index, "payload_prefix"));
  }
  const char* value = reaches_several(index.key)
                          ? psprintf("(%s)", accessor(index, "payload_values"))
                          : value_of_key(index);
  return psprintf("gin (%s pg_catalog.jsonb_path_ops)", value);
}

/// Method and expression of the index.
const char* definition_of(const PayloadIndex& index) {
  const std::string_view type = index.type;
  if (type == "keyword") {
    return keyword_index(index);
  }
  // A range of integers has the numbers between them. Integers beyond 2^53 share doubles; a recheck
  // tells them apart.
  if (type == "integer" || type == "float") {
    return index.of_arrays ? psprintf("gist (%s)", accessor(index, "payload_nums"))
                           : psprintf("btree (%s)", accessor(index, "payload_float"));
  }
  if (type == "datetime") {
    return index.of_arrays ? psprintf("gist (%s)", accessor(index, "payload_times"))
                           : psprintf("btree (%s)", accessor(index, "payload_ts"));
  }
  if (type == "bool") {
    return psprintf("btree (%s)", accessor(index, "payload_bool"));
  }
  if (type == "uuid") {
    return psprintf("btree (%s)", accessor(index, "payload_uuid"));
  }
  if (type == "geo") {
    return psprintf("gist (%s)", accessor(index, "payload_geo_box"));
  }
  if (type == "text") {
    return psprintf("gin (pg_catalog.to_tsvector(%s::pg_catalog.regconfig, %s))",
                    quoted_text(config_of(*index.options)), value_of_key(index));
  }
  if (type == "bm25") {
    return psprintf("bm25 (%s) WITH (text_config = %s%s)", accessor(index, "payload_texts"),
                    quoted_text(config_of(*index.options)), bm25_options(*index.options));
  }
  // In the order of bytes, an index serves LIKE, ^@ and ranges, which are by code points;
  // text_pattern_ops would not serve ranges.
  if (type == "prefix") {
    return psprintf("btree (%s COLLATE pg_catalog.\"C\")", accessor(index, "payload_prefix"));
  }
  if (type == "is_empty") {
    const char* is_empty = accessor(index, "payload_is_empty");
    return psprintf("btree (%s) WHERE %s", is_empty, is_empty);
  }
  return psprintf("btree (%s)", accessor(index, "payload_count"));
}

/// The index of that key and type; InvalidOid if the collection has none. ERROR if it has one with
/// other options, or as many indexes as strict mode allows.
Oid same_index(Oid relid, const PayloadIndex& index, const Jsonb* options) {
  const CollectionRow collection = collection_row(relid);
  const char* type = index.type.data();
  const SqlRows same = sql_rows(
      "SELECT (SELECT k.oid FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid"
      "   WHERE x.indrelid = i.relid AND k.relname = i.index),"
      " $4 = CASE WHEN $5 THEN i.options - 'config' ELSE i.options END"
      " FROM vecext.payload_indexes i WHERE i.relid = $1 AND i.key = $2 AND i.type = $3",
      // Options of words have become a configuration.
      {sql_oid(relid), sql_text(index.key), sql_text(type), sql_jsonb(options),
       sql_bool(has_word_options(options))});
  if (same.count > 0) {
    if (!same.is_true(0, 1)) {
      ereport(ERROR,
              (errcode(ERRCODE_DUPLICATE_TABLE),
               errmsg("collection \"%s\" has an index of type %s on \"%s\" with other options",
                      collection.name, type, index.key),
               errhint("Drop it with vecext.drop_payload_index() first.")));
    }
    return same.at(0) == nullptr ? InvalidOid : same.oid(0);
  }
  const char* most = sql_value(
      "SELECT (c.options #>> '{strict_mode,max_payload_index_count}')::numeric::int8 FROM "
      "vecext.collections c"
      " WHERE c.relid = $1 AND coalesce((c.options #>> '{strict_mode,enabled}')::bool, true)"
      " AND (SELECT count(*) FROM vecext.payload_indexes i WHERE i.relid = c.relid)"
      "   >= (c.options #>> '{strict_mode,max_payload_index_count}')::numeric",
      {sql_oid(relid)});
  if (most != nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("collection \"%s\" has %s payload indexes, as many as strict mode allows",
                    collection.name, most)));
  }
  return InvalidOid;
}

/// The options as the registry keeps them. Clients write null for what they leave out, and the type
/// once more.
const Json& given_options(const Json& options, const char* type) {
  if (!is_object(options)) {
    check_members(options, {});
  }
  JsonbWriter writer;
  writer.begin_object();
  each_member(options.value, [&](std::string_view name, const JsonbValue& value) {
    const bool repeats_type = name == "type" && value.type == jbvString && text_of(value) == type &&
                              strcmp(type, "text") != 0;
    if (value.type != jbvNull && !repeats_type) {
      writer.key(name);
      writer.add(WJB_VALUE, value);
    }
  });
  writer.end_object();
  return *request_of(writer.datum(), "options");
}

const Json& with_config(const Json& options, const char* config) {
  const char* whole = sql_value("SELECT $1 || jsonb_build_object('config', $2)",
                                {sql_jsonb(DatumGetJsonbP(jsonb_of(options))), sql_text(config)});
  return *request_of(JsonbPGetDatum(jsonb_of_text(whole)), "options");
}

/// Adds the constraint that no value is an array; returns its name.
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
                                         accessor(index, "payload_is_array")));
  return name;
}

const char* free_index_name(const PayloadIndex& index, const char* suffix) {
  return free_relation_name(
      get_rel_namespace(index.relid),
      psprintf("%s_%s_%s_idx", first_characters(get_rel_name(index.relid), 30),
               first_characters(index.key, 20), suffix));
}

/// The index of the rows in which the value is an array: one serves all types of a key.
const char* array_index_of(const PayloadIndex& index) {
  const char* name = sql_value(
      "SELECT i.array_index FROM vecext.payload_indexes i"
      " WHERE i.relid = $1 AND i.key = $2 AND i.array_index IS NOT NULL LIMIT 1",
      {sql_oid(index.relid), sql_text(index.key)});
  if (name != nullptr) {
    return name;
  }
  name = free_index_name(index, "array");
  const char* is_array = accessor(index, "payload_is_array");
  sql_execute(psprintf("CREATE INDEX %s ON %s USING btree (%s) WHERE %s", quoted_name(name),
                       present_name(index.relid), is_array, is_array));
  return name;
}

Oid create_index(PayloadIndex index) {
  const char* type = index.type.data();
  // Options of words, which no other types have, become a configuration.
  if (has_word_options(DatumGetJsonbP(jsonb_of(*index.options)))) {
    const char* config = create_words(index.relid, index.key, type, *index.options);
    index.options = &with_config(*index.options, config);
    if (index.type == "text") {
      ereport(NOTICE,
              (errmsg("the index serves filters that say \"config\": %s",
                      sql_value("SELECT to_jsonb($1)", {sql_text(config)})),
               errdetail("Other filters read texts as configuration \"simple\" does, whatever "
                         "indexes there are.")));
    }
  }
  const char* definition = definition_of(index);
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
                  {"constraint_name", constraint}});
  return get_relname_relid(name, get_rel_namespace(index.relid));
}

}  // namespace

bool drop_payload_indexes(Oid relid, const char* key, const char* type) {
  const SqlRows entries = sql_rows(
      "SELECT i.key, i.type, i.options, i.index, i.array_index, i.constraint_name"
      " FROM vecext.payload_indexes i WHERE i.relid = $1 AND i.key = $2 AND i.type = coalesce($3, "
      "i.type)",
      {sql_oid(relid), sql_text(key), sql_text(type)});
  for (int i = 0; i < entries.count; ++i) {
    // The table is locked first, as by DROP.
    lock_own_relation(relid, AccessExclusiveLock);
    write_registry(relid, RegistryChange::kDropPayloadIndex,
                   {{"key", entries.at(i, 0)}, {"type", entries.at(i, 1)}});
    // Only indexes of the table: its owner may have given the name to another table's since.
    const SqlRows indexes = sql_rows(
        "SELECT k.oid::regclass FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid"
        " WHERE x.indrelid = $1 AND (k.relname = $2 OR k.relname = $3 AND NOT EXISTS"
        "   (SELECT FROM vecext.payload_indexes i WHERE i.relid = $1 AND i.array_index = $3))",
        {sql_oid(relid), sql_text(entries.at(i, 3)), sql_text(entries.at(i, 4))});
    for (int k = 0; k < indexes.count; ++k) {
      sql_execute(psprintf("DROP INDEX %s", indexes.at(k)));
    }
    drop_words(relid, entries.jsonb(i, 2));
    if (entries.at(i, 5) != nullptr) {
      sql_execute(psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", present_name(relid),
                           quoted_name(entries.at(i, 5))));
    }
  }
  return entries.count > 0;
}

// vecext.create_payload_index(c text, key text, type text, options jsonb) → regclass
VECEXT_FUNCTION(vecext_create_payload_index)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  const char* key = text_or_null(fcinfo, 1);
  const char* type = text_or_null(fcinfo, 2);
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
  check_key(key);
  const Json& options = PG_ARGISNULL(3)
                            ? *request_of(JsonbPGetDatum(jsonb_of_text("{}")), "options")
                            : given_options(json_argument(fcinfo, 3, "options"), type);
  check_options(options, type);
  const PayloadIndex index{.relid = collection.relid,
                           .payload_column = collection.payload_column,
                           .key = key,
                           .type = type,
                           .options = &options,
                           .is_scalar = bool_member(options, "scalar_only", false),
                           .of_arrays = bool_member(options, "arrays", false)};
  const Jsonb* kept = DatumGetJsonbP(jsonb_of(options));
  Oid found = same_index(collection.relid, index, kept);
  if (!OidIsValid(found)) {
    // Wait for a session that makes an index of the table, and look again. The lock is as strong as
    // what follows needs: two sessions that want a stronger one than they have would wait for each
    // other.
    lock_own_relation(collection.relid,
                      index.is_scalar ? AccessExclusiveLock : ShareRowExclusiveLock);
    found = same_index(collection.relid, index, kept);
  }
  if (OidIsValid(found)) {
    ereport(NOTICE, (errmsg("collection \"%s\" has the index of type %s on \"%s\" already",
                            collection.name, type, key)));
    PG_RETURN_OID(found);
  }
  PG_RETURN_OID(create_index(index));
}

// vecext.drop_payload_index(c text, key text, type text) → boolean
VECEXT_FUNCTION(vecext_drop_payload_index)
{
  const CollectionRow collection = collection_row_of_name(text_or_null(fcinfo, 0));
  PG_RETURN_BOOL(
      drop_payload_indexes(collection.relid, text_or_null(fcinfo, 1), text_or_null(fcinfo, 2)));
}

}  // namespace vecext::pg
