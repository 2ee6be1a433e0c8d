// Accessors of one value. They return null where the value is of another type, and where the path
// reaches several values or an array: there vecext.payload_is_array() is true.
#include "core/condition/timestamp.h"
#include "pg/payload/document.h"
#include "pg/payload/text_prefix.h"
#include "pg/payload/uuid_text.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
}

namespace vecext::pg {

namespace {

/// 0 for what conditions on counts and is_empty take as nothing.
int32 count_of(const JsonValue& value) {
  switch (value.kind) {
    case JsonKind::kMissing:
    case JsonKind::kNull:
      return 0;
    case JsonKind::kArray:
      return kJsonb.size(value);
    default:
      return 1;
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_payload_text)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    if (value.kind != JsonKind::kString) {
      return false;
    }
    *result = text_datum(value.text);
    return true;
  });
}

VECEXT_FUNCTION(vecext_payload_prefix)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    if (value.kind != JsonKind::kString) {
      return false;
    }
    *result = text_datum(text_prefix(value.text));
    return true;
  });
}

VECEXT_FUNCTION(vecext_payload_int)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    *result = Int64GetDatum(value.integer);
    return value.kind == JsonKind::kNumber && value.is_integer;
  });
}

VECEXT_FUNCTION(vecext_payload_float)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    *result = Float8GetDatum(value.number);
    return value.kind == JsonKind::kNumber;
  });
}

VECEXT_FUNCTION(vecext_payload_bool)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    *result = BoolGetDatum(value.boolean);
    return value.kind == JsonKind::kBool;
  });
}

VECEXT_FUNCTION(vecext_payload_ts)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    TimestampTz time = 0;
    const bool is_time = value.kind == JsonKind::kString && parse_timestamp(value.text, &time);
    *result = TimestampTzGetDatum(time);
    return is_time;
  });
}

VECEXT_FUNCTION(vecext_payload_uuid)
{
  return read_scalar(fcinfo, [](const JsonValue& value, Datum* result) {
    uint8 bytes[UUID_LEN];
    if (value.kind != JsonKind::kString || !read_uuid(value.text, bytes)) {
      return false;
    }
    auto* uuid = palloc_object<pg_uuid_t>();
    memcpy(uuid->data, bytes, UUID_LEN);
    *result = UUIDPGetDatum(uuid);
    return true;
  });
}

VECEXT_FUNCTION(vecext_payload_is_array)
{
  return read_payload(fcinfo, [](const PayloadPath& path, const Jsonb* document, Datum* result) {
    const Reached reached = reach(path, document);
    *result = BoolGetDatum(reached.is_several || reached.value.kind == JsonKind::kArray);
    return true;
  });
}

VECEXT_FUNCTION(vecext_payload_count)
{
  return read_payload(fcinfo, [](const PayloadPath& path, const Jsonb* document, Datum* result) {
    const Reached reached = reach(path, document);
    *result = Int32GetDatum(count_of(reached.value));
    return !reached.is_several;
  });
}

VECEXT_FUNCTION(vecext_payload_is_empty)
{
  return read_payload(fcinfo, [](const PayloadPath& path, const Jsonb* document, Datum* result) {
    *result = BoolGetDatum(!any_value(path.steps, root_value(document), kJsonb,
                                      [](const JsonValue& value) { return count_of(value) > 0; }));
    return true;
  });
}

}  // namespace vecext::pg
