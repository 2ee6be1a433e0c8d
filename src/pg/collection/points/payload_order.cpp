// Returns the value that scroll() orders a point by, which is a number or a time at a path of the
// payload. If there are several, it is the least or the greatest.
#include <type_traits>

#include "core/condition/timestamp.h"
#include "core/condition/walk.h"
#include "pg/payload/document.h"

extern "C" {
#include "datatype/timestamp.h"
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

/// Returns a number as it is, and a time as seconds since 1970, as a double that is exact to the
/// microsecond. Returns nothing for other values.
std::optional<float8> read_number_or_time(const JsonValue& value) {
  const std::optional<int64> time = read_time(value);
  if (!time.has_value()) {
    return read_number(value);
  }
  constexpr float8 kEpoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * float8{SECS_PER_DAY};
  return static_cast<float8>(*time) / USECS_PER_SEC + kEpoch;
}

/// The body of functions (payload jsonb, path text, greatest bool). Returns the least or the
/// greatest of the values that read() finds, or SQL's null if there is none.
template <class T, std::optional<T> (*read)(const JsonValue&)>
Datum extreme(FunctionCallInfo fcinfo) {
  const bool is_greatest = PG_GETARG_BOOL(2);
  return read_payload(
      fcinfo, [&](const PayloadPath& path, const Jsonb* document) -> std::optional<Datum> {
        std::optional<T> extreme;
        any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
          const std::optional<T> found = read(value);
          if (found.has_value() &&
              (!extreme.has_value() || (is_greatest ? *found > *extreme : *found < *extreme))) {
            extreme = found;
          }
          return false;
        });
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

}  // namespace

VECEXT_FUNCTION(vecext_payload_order_float)
{ return extreme<float8, read_number>(fcinfo); }

VECEXT_FUNCTION(vecext_payload_order_ts)
{ return extreme<int64, read_time>(fcinfo); }

VECEXT_FUNCTION(vecext_payload_order)
{ return extreme<float8, read_number_or_time>(fcinfo); }

}  // namespace vecext::pg
