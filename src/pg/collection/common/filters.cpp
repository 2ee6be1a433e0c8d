#include "pg/collection/common/filters.h"

#include "pg/collection/common/point_id.h"
#include "pg/sys/jsonb_writer.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

namespace {

void begin_must(JsonbWriter* writer) {
  writer->begin_object();
  writer->key("must");
  writer->begin_array();
}

Datum end_must(JsonbWriter* writer) {
  writer->end_array();
  writer->end_object();
  return writer->datum();
}

/// True if JSON has the id as a number.
bool is_number(Oid type, const char* id) {
  return type == INT8OID || type == INT4OID ||
         (type != TEXTOID && type != UUIDOID && strchr(id, '-') == nullptr);
}

void add_id(JsonbWriter* writer, Oid type, Datum id) {
  char* shown = TextDatumGetCString(id_as_text(type, id));
  if (!is_number(type, shown)) {
    writer->add(WJB_ELEM, shown);
    return;
  }
  JsonbValue number;
  number.type = jbvNumeric;
  number.val.numeric = DatumGetNumeric(DirectFunctionCall3(
      numeric_in, CStringGetDatum(shown), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  writer->add(WJB_ELEM, number);
}

}  // namespace

Datum both_filters(Datum a, Datum b) {
  JsonbWriter writer;
  begin_must(&writer);
  for (const Datum filter : {a, b}) {
    writer.add(WJB_ELEM, value_of(DatumGetJsonbP(filter)));
  }
  return end_must(&writer);
}

Datum filter_of_condition(const Json& condition) {
  JsonbWriter writer;
  begin_must(&writer);
  writer.add(WJB_ELEM, condition.value);
  return end_must(&writer);
}

Datum filter_by_key(const char* key, const JsonbValue& value) {
  JsonbWriter writer;
  begin_must(&writer);
  writer.begin_object();
  writer.key("key");
  writer.add(WJB_VALUE, key);
  writer.key("match");
  writer.begin_object();
  writer.key("value");
  writer.add(WJB_VALUE, value);
  writer.end_object();
  writer.end_object();
  return end_must(&writer);
}

Datum filter_by_keys(const char* key, bool is_any, std::span<const JsonbValue> values, Oid id_type,
                     std::span<const Datum> without) {
  JsonbWriter writer;
  writer.begin_object();
  writer.key("must");
  writer.begin_object();
  writer.key("key");
  writer.add(WJB_VALUE, key);
  writer.key("match");
  writer.begin_object();
  writer.key(is_any ? "any" : "except");
  writer.begin_array();
  for (const JsonbValue& value : values) {
    writer.add(WJB_ELEM, value);
  }
  writer.end_array();
  writer.end_object();
  writer.end_object();
  writer.key("must_not");
  writer.begin_object();
  writer.key("has_id");
  writer.begin_array();
  for (const Datum id : without) {
    add_id(&writer, id_type, id);
  }
  writer.end_array();
  writer.end_object();
  writer.end_object();
  return writer.datum();
}

}  // namespace vecext::pg
