// Returns the value that scroll() orders a point by, which is a number or a time at a path of the
// payload. If there are several, it is the least or the greatest.
#include <type_traits>

#include "core/condition/timestamp.h"
#include "core/condition/walk.h"
#include "pg/collection/common/point_order.h"
#include "pg/payload/document.h"

extern "C" {
#include "datatype/timestamp.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

std::optional<float8> read_number(const JsonValue& value) {
  return value.kind == JsonKind::kNumber ? std::optional{value.number} : std::nullopt;
}

std::optional<int64> read_time(const JsonValue& value) {
  int64 time;
  return value.kind == JsonKind::kString && parse_timestamp(value.text, &time) ? std::optional{time}
                                                                               : std::nullopt;
}

/// Returns a number as it is, and a time as microseconds since 1970. Returns nothing for other
/// values.
std::optional<float8> read_number_or_time(const JsonValue& value) {
  const std::optional<int64> time = read_time(value);
  return time.has_value() ? std::optional{static_cast<float8>(since_1970(*time))}
                          : read_number(value);
}

/// Returns the least or the greatest of the values that read() finds at a path, and sets `place` to
/// the value of the document that it was read from.
template <class T, class Read>
std::optional<T> find_extreme(const PayloadPath& path, const Jsonb* document, bool is_greatest,
                              Read read, JsonValue* place) {
  std::optional<T> extreme;
  any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
    const std::optional<T> found = read(value);
    if (found.has_value() &&
        (!extreme.has_value() || (is_greatest ? *found > *extreme : *found < *extreme))) {
      extreme = found;
      *place = value;
    }
    return false;
  });
  return extreme;
}

/// The body of functions (payload jsonb, path text, greatest bool). Returns the least or the
/// greatest of the values that read() finds, or SQL's null if there is none.
template <class T, std::optional<T> (*read)(const JsonValue&)>
Datum extreme(FunctionCallInfo fcinfo) {
  const bool is_greatest = PG_GETARG_BOOL(2);
  return read_payload(
      fcinfo, [&](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        JsonValue place;
        const std::optional<T> extreme = find_extreme<T>(path, document, is_greatest, read, &place);
        if (!extreme.has_value()) {
          return std::nullopt;
        }
        if constexpr (std::is_same_v<T, int64>) {
          return Int64GetDatum(*extreme);
        } else {
          return Float8GetDatum(*extreme);
        }
      });
}

/// Returns a number or a time of a document as results show it: a number as it is written, a time
/// as microseconds since 1970.
Datum shown_value(const JsonValue& value) {
  JsonbValue shown;
  shown.type = jbvNumeric;
  if (value.kind == JsonKind::kNumber) {
    shown.val.numeric = reinterpret_cast<Numeric>(const_cast<void*>(value.container));
  } else {
    shown.val.numeric = int64_to_numeric(since_1970(*read_time(value)));
  }
  return JsonbPGetDatum(JsonbValueToJsonb(&shown));
}

}  // namespace

VECEXT_FUNCTION(vecext_payload_order_float)
{ return extreme<float8, read_number>(fcinfo); }

VECEXT_FUNCTION(vecext_payload_order_ts)
{ return extreme<int64, read_time>(fcinfo); }

VECEXT_FUNCTION(vecext_payload_order)
{ return extreme<float8, read_number_or_time>(fcinfo); }

// The function is (payload jsonb, path text, greatest bool, numbers bool, times bool).
VECEXT_FUNCTION(vecext_internal_order_value)
{
  const bool is_greatest = PG_GETARG_BOOL(2);
  const bool has_numbers = PG_GETARG_BOOL(3);
  const bool has_times = PG_GETARG_BOOL(4);
  const auto read = [=](const JsonValue& value) -> std::optional<float8> {
    const bool is_wanted = value.kind == JsonKind::kNumber ? has_numbers : has_times;
    return is_wanted ? read_number_or_time(value) : std::nullopt;
  };
  return read_payload(
      fcinfo, [&](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        JsonValue place;
        return find_extreme<float8>(path, document, is_greatest, read, &place).has_value()
                   ? std::optional{shown_value(place)}
                   : std::nullopt;
      });
}

}  // namespace vecext::pg
