// Accessors of all values that a path reaches, with the elements of arrays in place of the arrays:
// what conditions are about. They return null where there is no value of their type.
#include <algorithm>
#include <cmath>

#include "core/condition/geo.h"
#include "core/condition/timestamp.h"
#include "pg/payload/document.h"
#include "pg/payload/point_ranges.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/memory.h"
#include "pg/sys/sort.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/geo_decls.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

/// Returns the multirange of the points that read(value) returns, a std::optional for each value.
/// to_bound(point) makes a bound of a point.
template <class Point, class Read, class ToBound>
Datum read_ranges(FunctionCallInfo fcinfo, Oid multirange_type, Read read, ToBound to_bound) {
  return read_payload(
      fcinfo, [&](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        GrowingArray<Point> points{};
        any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
          if (const std::optional<Point> point = read(value); point.has_value()) {
            points.push(*point, CurrentMemoryContext);
          }
          return false;
        });
        if (points.count == 0) {
          return std::nullopt;
        }
        // The server would sort the ranges, but by functions that take a hundred times as long.
        interruptible_sort(points.at, points.count);
        const auto count = std::unique(points.at, points.at + points.count) - points.at;
        auto* bounds = huge_array<Datum>(count);
        std::transform(points.at, points.at + count, bounds, to_bound);
        return MultirangeTypePGetDatum(
            point_ranges(multirange_type, bounds, static_cast<int>(count)));
      });
}

/// Converts a value of a document to a JsonbValue.
JsonbValue jsonb_value(const JsonValue& value) {
  JsonbValue result;
  switch (value.kind) {
    case JsonKind::kBool:
      result.type = jbvBool;
      result.val.boolean = value.boolean;
      break;
    case JsonKind::kNumber:
      result.type = jbvNumeric;
      result.val.numeric = static_cast<Numeric>(const_cast<void*>(value.container));
      break;
    case JsonKind::kString:
      result.type = jbvString;
      result.val.string = {.len = static_cast<int>(value.text.size()),
                           .val = const_cast<char*>(value.text.data())};
      break;
    case JsonKind::kArray:
    case JsonKind::kObject:
      // Its length is not read.
      result.type = jbvBinary;
      result.val.binary = {
          .len = 0, .data = static_cast<JsonbContainer*>(const_cast<void*>(value.container))};
      break;
    default:
      result.type = jbvNull;
      break;
  }
  return result;
}

}  // namespace

VECEXT_FUNCTION(vecext_payload_nums)
{
  const auto read = [](const JsonValue& value) {
    return value.kind == JsonKind::kNumber && !std::isnan(value.number)
               ? std::optional{value.number}
               : std::nullopt;
  };
  return read_ranges<double>(fcinfo, NUMMULTIRANGEOID, read, number_bound);
}

VECEXT_FUNCTION(vecext_payload_times)
{
  const auto read = [](const JsonValue& value) {
    TimestampTz time;
    return value.kind == JsonKind::kString && parse_timestamp(value.text, &time)
               ? std::optional{time}
               : std::nullopt;
  };
  return read_ranges<TimestampTz>(fcinfo, TSTZMULTIRANGEOID, read,
                                  [](TimestampTz time) { return TimestampTzGetDatum(time); });
}

VECEXT_FUNCTION(vecext_payload_texts)
{
  return read_payload(
      fcinfo, [](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        GrowingArray<Datum> texts{};
        any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
          if (value.kind == JsonKind::kString) {
            texts.push(text_datum(value.text), CurrentMemoryContext);
          }
          return false;
        });
        if (texts.count == 0) {
          return std::nullopt;
        }
        return array_datum(TEXTOID, texts.span());
      });
}

VECEXT_FUNCTION(vecext_payload_geo_box)
{
  return read_payload(
      fcinfo, [](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        GeoBox box{.west = 180, .south = 90, .east = -180, .north = -90};
        bool has_point = false;
        any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
          GeoPoint point;
          if (read_geo_point(value, kJsonb, &point)) {
            box = {.west = Min(box.west, point.lon),
                   .south = Min(box.south, point.lat),
                   .east = Max(box.east, point.lon),
                   .north = Max(box.north, point.lat)};
            has_point = true;
          }
          return false;
        });
        if (!has_point) {
          return std::nullopt;
        }
        return BoxPGetDatum(palloc_object<BOX>(
            BOX{.high = {.x = box.east, .y = box.north}, .low = {.x = box.west, .y = box.south}}));
      });
}

VECEXT_FUNCTION(vecext_payload_values)
{
  return read_payload(
      fcinfo, [](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        JsonbWriter writer;
        any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
          if (!writer.is_open()) {
            writer.begin_array();
          }
          writer.add(WJB_ELEM, jsonb_value(value));
          return false;
        });
        if (!writer.is_open()) {
          return std::nullopt;
        }
        writer.end_array();
        return writer.datum();
      });
}

}  // namespace vecext::pg
