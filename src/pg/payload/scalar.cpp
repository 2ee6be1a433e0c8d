// Accessors of one value. They return null if the value is of another type, or if the path reaches
// several values or an array, for which vecext.payload_is_array() is true.
#include "core/condition/timestamp.h"
#include "pg/payload/document.h"
#include "pg/payload/text_prefix.h"
#include "core/value/uuid_text.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
}

namespace vecext::pg {

namespace {

/// Returns the number of elements that conditions on counts and is_empty see. It is 0 for a value
/// that they take for nothing.
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
  return read_scalar(fcinfo, [](const JsonValue& value) {
    return value.kind == JsonKind::kString ? std::optional{text_datum(value.text)} : std::nullopt;
  });
}

VECEXT_FUNCTION(vecext_payload_prefix)
{
  return read_scalar(fcinfo, [](const JsonValue& value) {
    return value.kind == JsonKind::kString ? std::optional{text_datum(text_prefix(value.text))}
                                           : std::nullopt;
  });
}

VECEXT_FUNCTION(vecext_payload_int)
{
  return read_scalar(fcinfo, [](const JsonValue& value) {
    return value.kind == JsonKind::kNumber && value.is_integer
               ? std::optional{Int64GetDatum(value.integer)}
               : std::nullopt;
  });
}

VECEXT_FUNCTION(vecext_payload_float)
{
  return read_scalar(fcinfo, [](const JsonValue& value) {
    return value.kind == JsonKind::kNumber ? std::optional{Float8GetDatum(value.number)}
                                           : std::nullopt;
  });
}

VECEXT_FUNCTION(vecext_payload_bool)
{
  return read_scalar(fcinfo, [](const JsonValue& value) {
    return value.kind == JsonKind::kBool ? std::optional{BoolGetDatum(value.boolean)}
                                         : std::nullopt;
  });
}

VECEXT_FUNCTION(vecext_payload_ts)
{
  return read_scalar(fcinfo, [](const JsonValue& value) {
    TimestampTz time = 0;
    return value.kind == JsonKind::kString && parse_timestamp(value.text, &time)
               ? std::optional{TimestampTzGetDatum(time)}
               : std::nullopt;
  });
}

VECEXT_FUNCTION(vecext_payload_uuid)
{
  return read_scalar(fcinfo, [](const JsonValue& value) -> std::optional<Datum> {
    uint8 bytes[UUID_LEN];
    if (value.kind != JsonKind::kString || !read_uuid(value.text, bytes)) {
      return std::nullopt;
    }
    auto* uuid = palloc_object<pg_uuid_t>();
    memcpy(uuid->data, bytes, UUID_LEN);
    return UUIDPGetDatum(uuid);
  });
}

VECEXT_FUNCTION(vecext_payload_is_array)
{
  return read_payload(fcinfo, [](const PayloadPath& path, const Jsonb* document) {
    const Reached reached = reach(path, document);
    return std::optional{
        BoolGetDatum(reached.is_several || reached.value.kind == JsonKind::kArray)};
  });
}

VECEXT_FUNCTION(vecext_payload_count)
{
  return read_payload(fcinfo, [](const PayloadPath& path, const Jsonb* document) {
    const Reached reached = reach(path, document);
    return reached.is_several ? std::nullopt
                              : std::optional{Int32GetDatum(count_of(reached.value))};
  });
}

VECEXT_FUNCTION(vecext_payload_is_empty)
{
  return read_payload(fcinfo, [](const PayloadPath& path, const Jsonb* document) {
    return std::optional{
        BoolGetDatum(!any_value(path.steps, root_value(document), kJsonb,
                                [](const JsonValue& value) { return count_of(value) > 0; }))};
  });
}

}  // namespace vecext::pg
