#include "pg/collection/define/vector_definition.h"

#include "pg/registry/registry_write.h"
#include "pg/sys/list.h"

extern "C" {
#include "catalog/heap.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr std::size_t kMostVectorNameBytes = 200;

/// Returns the column that a vector of that name has if nothing stands in the way.
const char* plain_column(const char* name) {
  return *name == '\0' ? "embedding" : name;
}

bool can_be_column(const char* column, const List* taken) {
  if (strlen(column) >= NAMEDATALEN || SystemAttributeByName(column) != nullptr) {
    return false;
  }
  for (const char* other : list_of<char>(taken)) {
    if (strcmp(column, other) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

void check_vector_name(const char* name, const JsonPlace& place) {
  if (name == nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("name of a vector must not be null")));
  }
  if (strlen(name) > kMostVectorNameBytes) {
    refuse(place, "the name of a vector has at most 200 bytes");
  }
}

const char* new_vector_column(const char* name, const JsonPlace& place, const List* taken) {
  check_vector_name(name, place);
  const char* plain = plain_column(name);
  if (can_be_column(plain, taken)) {
    return plain;
  }
  const char* column = hashed_name(plain);
  for (int i = 1; !can_be_column(column, taken); ++i) {
    column = psprintf("%s%d", hashed_name(plain), i);
  }
  return column;
}

bool is_vector_column(const char* column, const char* name) {
  const char* plain = plain_column(name);
  const char* hashed = hashed_name(plain);
  return strcmp(column, plain) == 0 || strncmp(column, hashed, strlen(hashed)) == 0;
}

List* columns_of_table(Oid relid) {
  List* columns = NIL;
  for (const SqlRow row : sql_rows("SELECT a.attname FROM pg_attribute a"
                                   " WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped",
                                   {sql_oid(relid)})) {
    columns = lappend(columns, const_cast<char*>(row.at()));
  }
  return columns;
}

namespace {

/// Returns the names of the triggers of a vector, of which there is at most one unless SQL has made
/// others.
SqlRows vector_triggers(Oid relid, const char* vector_name) {
  return sql_rows(
      "SELECT t.tgname FROM pg_trigger t WHERE t.tgrelid = $1"
      " AND t.tgfoid = 'vecext_internal.check_vector()'::regprocedure"
      " AND t.tgargs = convert_to($2, getdatabaseencoding()) || decode('00', 'hex')",
      {sql_oid(relid), sql_text(vector_name)});
}

/// True if the params say what the type of the column does not check: uint8, or a size, which the
/// first value is to fix if it is null.
bool needs_trigger(Oid relid, const char* column, const Json& params) {
  Oid type;
  int32 typmod;
  Oid collation;
  get_atttypetypmodcoll(relid, get_attnum(relid, column), &type, &typmod, &collation);
  return is_uint8(params) ||
         (typmod < 0 && !type_is_array(type) && find_member(params.value, "size").has_value());
}

}  // namespace

void add_column_as_vector(Oid relid, const char* name, const Json& spec) {
  check_vector_name(name, spec.place);
  check_members(spec, {"column", "distance", "params"});
  const Json* column = member(spec, "column");
  if (column == nullptr || !is_string(*column)) {
    refuse(spec.place.at("column"), "the name of a column is expected");
  }
  const char* column_name = string_of(*column);
  const Json* params = member(spec, "params");
  const char* distance = nullptr;
  const auto check_column = [&] {
    const Oid type = column_type(relid, column_name, column->place);
    if (!OidIsValid(element_of_vector(type))) {
      refuse(*column, psprintf("column \"%s\" is of type %s, which is not a vector", column_name,
                               format_type_be(type)));
    }
    distance = read_distance(member(spec, "distance"), spec.place.at("distance"), type);
    if (params != nullptr) {
      check_vector_params(*params, type, distance);
    }
  };
  check_column();
  // The check is called once the table is locked, as another transaction may alter the column
  // before.
  write_registry(
      relid, RegistryChange::kAddVector,
      {{"name", name},
       {"column_name", column_name},
       {"distance", distance},
       {"params", nullptr, params == nullptr ? nullptr : DatumGetJsonbP(jsonb_of(*params))}},
      check_column);
  // A table that was restored from a dump has the trigger.
  if (params != nullptr && needs_trigger(relid, column_name, *params) &&
      vector_triggers(relid, name).empty()) {
    create_vector_trigger(relid, name);
  }
}

void add_new_vector(Oid relid, const char* name, const char* column, const VectorSpec& spec,
                    int64 threshold) {
  write_registry(relid, RegistryChange::kAddVector,
                 {{"name", name},
                  {"column_name", column},
                  {"distance", spec.distance},
                  {"params", nullptr, spec.params}});
  if (spec.is_uint8 || (!spec.has_size && !spec.is_multi)) {
    create_vector_trigger(relid, name);
  }
  // An index needs the size of the vectors, which the first vector fixes.
  if (spec.has_index && spec.has_size && threshold == 0) {
    create_vector_index({.relid = relid,
                         .name = name,
                         .column = column,
                         .distance = spec.distance,
                         .params = const_cast<Jsonb*>(spec.params)});
  }
}

Oid vector_index(Oid relid, const char* column, const char* distance) {
  return sql_find_oid(
      "SELECT x.index::oid FROM vecext_internal.vector_indexes($1, ARRAY[$2::name]) x"
      " WHERE x.distance = $3",
      {sql_oid(relid), sql_text(column), sql_text(distance)});
}

void create_vector_index(const VectorRow& vector) {
  const Json& params = *request_of(JsonbPGetDatum(vector.params), "params");
  const char* method = string_of(required(params, "index"));
  const Oid type = get_atttype(vector.relid, get_attnum(vector.relid, vector.column));
  // ALTER TABLE may have given the column another type since the vector was described.
  check_index_method(method, type, vector.distance,
                     vector_place(JsonPlace::argument("vectors"), vector.name).at("index"));
  const char* name = free_relation_name(
      get_rel_namespace(vector.relid),
      psprintf("%s_%s_idx", first_characters(get_rel_name(vector.relid), 40), vector.column));
  const char* options = index_options(method, member(params, method));
  sql_execute(psprintf("CREATE INDEX %s ON %s USING %s (%s %s)%s", quoted_name(name),
                       present_name(vector.relid), quoted_name(method), quoted_name(vector.column),
                       operator_class(method, type, vector.distance),
                       *options == '\0' ? "" : psprintf(" WITH (%s)", options)));
}

void create_vector_trigger(Oid relid, const char* vector_name) {
  // A trigger of another vector may have the number of triggers, as one before it was dropped.
  const char* name = sql_value(
      "SELECT 'vecext_vector' || i FROM generate_series(1, (SELECT count(*) + 1 FROM pg_trigger t"
      "   WHERE t.tgrelid = $1)) i WHERE NOT EXISTS (SELECT FROM pg_trigger t"
      "   WHERE t.tgrelid = $1 AND t.tgname = 'vecext_vector' || i) ORDER BY i LIMIT 1",
      {sql_oid(relid)});
  sql_execute(
      psprintf("CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s"
               " FOR EACH ROW EXECUTE FUNCTION vecext_internal.check_vector(%s)",
               name, present_name(relid), quoted_text(vector_name)));
}

bool drop_vector_trigger(Oid relid, const char* vector_name) {
  const SqlRows triggers = vector_triggers(relid, vector_name);
  for (const SqlRow found : triggers) {
    sql_execute(psprintf("DROP TRIGGER %s ON %s", quoted_name(found.at()), present_name(relid)));
  }
  return !triggers.empty();
}

}  // namespace vecext::pg
