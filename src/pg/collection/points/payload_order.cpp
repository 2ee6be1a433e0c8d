// What scroll() orders points by: a number or a time at a path of the payload, of several the least
// or the greatest.
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

bool read_number(const JsonValue& value, float8* result) {
  *result = value.number;
  return value.kind == JsonKind::kNumber;
}

bool read_time(const JsonValue& value, int64* result) {
  return value.kind == JsonKind::kString && parse_timestamp(value.text, result);
}

/// A time as seconds since 1970, which doubles tell apart to the microsecond.
bool read_number_or_time(const JsonValue& value, float8* result) {
  int64 time = 0;
  if (!read_time(value, &time)) {
    return read_number(value, result);
  }
  constexpr float8 kEpoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * float8{SECS_PER_DAY};
  *result = static_cast<float8>(time) / USECS_PER_SEC + kEpoch;
  return true;
}

/// For functions (payload jsonb, path text, greatest bool): the least or the greatest of the values
/// that read() takes; null if there is none.
template <class T, bool (*read)(const JsonValue&, T*)>
Datum extreme(FunctionCallInfo fcinfo) {
  const bool is_greatest = PG_GETARG_BOOL(2);
  return read_payload(fcinfo, [&](const PayloadPath& path, const Jsonb* document, Datum* result) {
    bool has_value = false;
    T extreme{};
    any_element(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
      T found{};
      if (read(value, &found) &&
          (!has_value || (is_greatest ? found > extreme : found < extreme))) {
        extreme = found;
        has_value = true;
      }
      return false;
    });
    if constexpr (std::is_same_v<T, int64>) {
      *result = Int64GetDatum(extreme);
    } else {
      *result = Float8GetDatum(extreme);
    }
    return has_value;
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
