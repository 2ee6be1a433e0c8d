#include "pg/collection/define/payload_index_spec.h"

#include "core/condition/parse/parse_filter.h"
#include "pg/collection/define/payload_schema.h"
#include "pg/collection/define/rows.h"
#include "pg/collection/define/text_index_config.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/catalog.h"
#include "pg/sys/memory.h"

extern "C" {
#include "lib/stringinfo.h"
}

namespace vecext::pg {

namespace {

void check_option_keys(const Json& options, std::string_view type) {
  if (is_one_of(type, {"integer", "float", "datetime"})) {
    check_members(options, {"scalar_only", "arrays"});
  } else if (is_one_of(type, {"keyword", "bool", "uuid", "prefix"})) {
    check_members(options, {"scalar_only"});
  } else if (type == "text" || type == "bm25") {
    each_member(options.value, [&](std::string_view name, const JsonbValue&) {
      if (!is_config_option(name) && !(type == "bm25" && is_one_of(name, {"k1", "b", "cjk"}))) {
        check_known(options.place.at(name), name, "unknown key",
                    {"config", "tokenizer", "lowercase", "ascii_folding", "min_token_len",
                     "max_token_len", "stopwords", "stemmer", "phrase_matching"});
      }
    });
  } else {
    check_no_members(options);
  }
}

/// Returns the text search configuration of an index of texts, quoted for a statement.
const char* config_of(const Json& options, const char* otherwise) {
  const Json* config = member(options, "config");
  const char* name = config == nullptr ? otherwise : string_of(*config);
  const Oid found = find_text_config(name);
  if (!OidIsValid(found)) {
    refuse(options.place.at("config"),
           psprintf("text search configuration \"%s\" does not exist", name));
  }
  return sql_value("SELECT $1::regconfig", {sql_oid(found)});
}

/// Returns those options that are options of a bm25 index, each with a comma before it, for its
/// WITH clause.
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

/// Returns the options, which are JSON. A `text` index without any has the words that filters have
/// without an index.
const Json& with_text_config(const char* options, const char* type) {
  if (type != nullptr && strcmp(type, "text") == 0 && strcmp(options, "{}") == 0) {
    options = psprintf("{\"config\": \"%s\"}", default_text_config());
  }
  return *request_of(JsonbPGetDatum(jsonb_of_text(options)), "options");
}

const char* indexed_value(const PayloadIndex& index) {
  return payload_value(index.payload_column, index.key, JsonPlace::argument("key"));
}

const char* keyword_index(const PayloadIndex& index) {
  if (index.is_scalar) {
    return psprintf("btree (%s)", payload_accessor(index, "payload_prefix"));
  }
  const char* value = reaches_several(index.key)
                          ? psprintf("(%s)", payload_accessor(index, "payload_values"))
                          : indexed_value(index);
  return psprintf("gin (%s pg_catalog.jsonb_path_ops)", value);
}

}  // namespace

void check_index_key(const char* key) {
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

const Json& given_index_options(const Json& options, const char* type) {
  check_object(options);
  const char* given = sql_value(
      "SELECT jsonb_strip_nulls($1) - CASE WHEN $1 ->> 'type' = $2 AND $2 <> 'text'"
      "   THEN '{type}'::text[] ELSE '{}' END",
      {sql_jsonb(DatumGetJsonbP(jsonb_of(options))), sql_text(type)});
  return with_text_config(given, type);
}

const Json& applied_index_options(const Json& options, const char* type) {
  check_object(options);
  const char* applied = sql_value(
      "SELECT jsonb_strip_nulls($1) - CASE WHEN $1 ->> 'type' = $2 THEN '{type}'::text[]"
      "   ELSE '{}' END"
      " - '{is_tenant,is_principal,on_disk,memory,enable_hnsw,lookup,range,prefix}'::text[]",
      {sql_jsonb(DatumGetJsonbP(jsonb_of(options))), sql_text(type)});
  return with_text_config(applied, type);
}

const Jsonb* requested_schema(const Json& options, const char* type) {
  const char* schema = sql_value("SELECT jsonb_build_object('type', $2) || jsonb_strip_nulls($1)",
                                 {sql_jsonb(DatumGetJsonbP(jsonb_of(options))), sql_text(type)});
  return jsonb_of_text(schema);
}

void check_payload_options(const Json& options, std::string_view type) {
  check_object(options);
  check_option_keys(options, type);
  if (has_config_options(DatumGetJsonbP(jsonb_of(options)))) {
    check_config_options(options);
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

bool needs_array_index(const PayloadIndex& index) {
  return !index.is_scalar && !index.of_arrays &&
         is_one_of(index.type, {"integer", "float", "bool", "datetime", "uuid", "prefix"});
}

const char* payload_accessor(const PayloadIndex& index, const char* function) {
  return psprintf("vecext.%s(%s, %s)", function, quoted_name(index.payload_column),
                  quoted_text(index.key));
}

const char* index_definition(const PayloadIndex& index) {
  const std::string_view type = index.type;
  if (type == "keyword") {
    return keyword_index(index);
  }
  // An index on integers has all numbers, as a range of integers also finds the numbers between
  // them. Several integers beyond 2^53 have the same double; a recheck tells them apart.
  if (type == "integer" || type == "float") {
    return index.of_arrays ? psprintf("gist (%s)", payload_accessor(index, "payload_nums"))
                           : psprintf("btree (%s)", payload_accessor(index, "payload_float"));
  }
  if (type == "datetime") {
    return index.of_arrays ? psprintf("gist (%s)", payload_accessor(index, "payload_times"))
                           : psprintf("btree (%s)", payload_accessor(index, "payload_ts"));
  }
  if (type == "bool") {
    return psprintf("btree (%s)", payload_accessor(index, "payload_bool"));
  }
  if (type == "uuid") {
    return psprintf("btree (%s)", payload_accessor(index, "payload_uuid"));
  }
  if (type == "geo") {
    return psprintf("gist (%s)", payload_accessor(index, "payload_geo_box"));
  }
  if (type == "text") {
    return psprintf("gin (pg_catalog.to_tsvector(%s::pg_catalog.regconfig, %s))",
                    quoted_text(config_of(*index.options, default_text_config())),
                    indexed_value(index));
  }
  if (type == "bm25") {
    return psprintf("bm25 (%s) WITH (text_config = %s%s)", payload_accessor(index, "payload_texts"),
                    quoted_text(config_of(*index.options, "simple")), bm25_options(*index.options));
  }
  // An index in the order of bytes serves LIKE, ^@ and ranges of texts, which are ranges by code
  // points. text_pattern_ops would not serve ranges.
  if (type == "prefix") {
    return psprintf("btree (%s COLLATE pg_catalog.\"C\")",
                    payload_accessor(index, "payload_prefix"));
  }
  if (type == "is_empty") {
    const char* is_empty = payload_accessor(index, "payload_is_empty");
    return psprintf("btree (%s) WHERE %s", is_empty, is_empty);
  }
  return psprintf("btree (%s)", payload_accessor(index, "payload_count"));
}

}  // namespace vecext::pg
