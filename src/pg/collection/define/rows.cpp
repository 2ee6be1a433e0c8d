#include "pg/collection/define/rows.h"

#include "core/json/closest_word.h"
#include "pg/collection/common/request.h"
#include "pg/registry/collection_name.h"
#include "pg/registry/registry.h"
#include "pg/sys/catalog.h"
#include "pg/sys/error.h"
#include "pg/sys/list.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

std::optional<JsonbValue> find_option(const Jsonb* options, const char* key) {
  const auto value = find_member(value_of(const_cast<Jsonb*>(options)), key);
  return value.has_value() && value->type == jbvNull ? std::nullopt : value;
}

}  // namespace

CollectionRow collection_row(Oid relid) {
  const SqlRows rows = sql_rows(
      "SELECT c.name, c.id_column, c.payload_column, c.payload_schema, c.options, c.named_by_table"
      " FROM vecext.collections c WHERE c.relid = $1",
      {sql_oid(relid)});
  if (rows.empty()) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("table %s is not a collection", present_name(relid))));
  }
  const SqlRow row = rows.front();
  return {.relid = relid,
          .name = row.at(0),
          .id_column = row.at(1),
          .payload_column = row.at(2),
          .payload_schema = row.jsonb(3),
          .options = row.jsonb(4),
          .named_by_table = row.is_true(5)};
}

CollectionRow collection_row_of_name(const char* name) {
  if (name == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("name of a collection must not be null")));
  }
  return collection_row(collection_of_name(name)->relid);
}

const char* registered_name(const char* written) {
  const char* name = written == nullptr ? nullptr : relation_of_written_name(written).name;
  return name == nullptr ? written : name;
}

Oid find_table(const char* name) {
  // The join leaves out a table that was dropped while event triggers were disabled, whose row is
  // still there.
  return sql_find_oid(
      "SELECT t.oid FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid WHERE c.name = $1",
      {sql_text(name)});
}

Oid table_of_name(const char* name) {
  const Oid relid = find_table(name);
  if (!OidIsValid(relid)) {
    ereport(
        ERROR,
        (errcode(ERRCODE_UNDEFINED_TABLE),
         errmsg("collection \"%s\" does not exist", name == nullptr ? "" : name),
         about({.rule = "collection", .collection = name == nullptr ? nullptr : unquoted(name)})));
  }
  return relid;
}

VectorRow vector_row(const CollectionRow& collection, const char* name) {
  if (name == nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("name of a vector must not be null")));
  }
  const SqlRows rows = sql_rows(
      "SELECT v.column_name, v.distance, v.params FROM vecext.collection_vectors v"
      " WHERE v.relid = $1 AND v.name = $2",
      {sql_oid(collection.relid), sql_text(name)});
  if (rows.empty()) {
    raise_no_vector(*collection_of_table(collection.relid), name, nullptr);
  }
  const SqlRow row = rows.front();
  return {.relid = collection.relid,
          .name = name,
          .column = row.at(0),
          .distance = row.at(1),
          .params = row.jsonb(2)};
}

bool has_vector(Oid relid, const char* name) {
  return sql_exists("SELECT FROM vecext.collection_vectors v WHERE v.relid = $1 AND v.name = $2",
                    {sql_oid(relid), sql_text(name)});
}

List* sorted_keys(const JsonbValue& object) {
  List* keys = NIL;
  each_member(object, [&](std::string_view key, const JsonbValue&) {
    keys = lappend(keys, cstring_of(key));
  });
  sort_texts(keys);
  return keys;
}

void sort_texts(List* texts) {
  list_sort(texts, [](const ListCell* a, const ListCell* b) {
    return strcmp(pointer_of_cell<char>(*a), pointer_of_cell<char>(*b));
  });
}

const char* option_text(const Jsonb* options, const char* key) {
  std::optional<JsonbValue> value = find_option(options, key);
  if (!value.has_value()) {
    return nullptr;
  }
  return value->type == jbvString ? cstring_of(text_of(*value))
                                  : text_of_jsonb(JsonbValueToJsonb(&*value));
}

int64 option_integer(const Jsonb* options, const char* key, int64 otherwise) {
  const std::optional<JsonbValue> value = find_option(options, key);
  if (!value.has_value() || value->type != jbvNumeric) {
    return otherwise;
  }
  return DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(value->val.numeric)));
}

const char* present_name(Oid relation) {
  if (get_rel_name(relation) == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("table or view of the collection does not exist any more"),
                    errdetail("Another transaction has dropped it.")));
  }
  return qualified_name(relation);
}

const char* free_relation_name(Oid schema, const char* base, int bytes) {
  constexpr int kMostNumber = 99999;
  const int size = static_cast<int>(strlen(base));
  const int kept = pg_mbcliplen(base, size, Min(Max(bytes, 0), NAMEDATALEN - 1));
  const char* stem = pnstrdup(base, static_cast<Size>(kept));
  const char* name = stem;
  for (int i = 1; i <= kMostNumber && OidIsValid(get_relname_relid(name, schema)); ++i) {
    name = psprintf("%s%d", stem, i);
  }
  return name;
}

const char* hashed_name(const char* name) {
  constexpr int kMostBeginning = 48;
  const int size = static_cast<int>(strlen(name));
  const uint32 hash = hash_bytes(reinterpret_cast<const unsigned char*>(name), size);
  return psprintf("%.*s_%08x", pg_mbcliplen(name, size, kMostBeginning), name, hash);
}

const char* relation_name(Oid schema, const char* name) {
  return strlen(name) < NAMEDATALEN ? name : free_relation_name(schema, hashed_name(name));
}

bool is_relation_name(const char* relation, const char* name) {
  const char* hashed = hashed_name(name);
  return strlen(name) < NAMEDATALEN ? strcmp(relation, name) == 0
                                    : strncmp(relation, hashed, strlen(hashed)) == 0;
}

const char* first_characters(const char* text, int count) {
  const int size = static_cast<int>(strlen(text));
  return pnstrdup(text, static_cast<Size>(pg_mbcharcliplen(text, size, count)));
}

void check_collection_name(const char* name) {
  if (name == nullptr || *name == '\0' || strlen(name) > kMostNameBytes) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the name of a collection or an alias has 1 to 255 bytes")));
  }
}

void check_name_is_free(const char* name) {
  const NamedRelation taken = relation_of_name(name);
  if (OidIsValid(taken.table)) {
    ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
                    errmsg("collection or alias \"%s\" already exists", name),
                    of_taken(name, taken.relation != taken.table)));
  }
}

Oid column_type(Oid relid, const char* column, const JsonPlace& place) {
  const AttrNumber number = get_attnum(relid, column);
  if (number > 0) {
    return get_atttype(relid, number);
  }
  const SqlRows known = sql_rows(
      "SELECT a.attname FROM pg_attribute a"
      " WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
      {sql_oid(relid)});
  ClosestWord closest(column);
  for (const SqlRow row : known) {
    closest.compare(row.at());
  }
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_COLUMN),
           errmsg("column \"%s\" of relation %s does not exist", column, present_name(relid)),
           errdetail("At %s.", path_text(place)), suggest(closest.found())));
  pg_unreachable();
}

}  // namespace vecext::pg
