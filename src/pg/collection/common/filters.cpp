#include "pg/collection/common/filters.h"

#include "pg/sys/jsonb_writer.h"

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

}  // namespace vecext::pg
