#include "pg/collection/common/point_order.h"

#include <cmath>

#include "core/condition/timestamp.h"
#include "pg/collection/common/payload_edit.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

/// The start of PostgreSQL's times, in microseconds since 1970.
constexpr int64 kEpoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;

/// Looks for a payload index on the key. An index on numbers is preferred to one on times. The
/// order gets the type of the index, and the key as it is written there, as the planner compares
/// keys as texts.
void look_for_index(const Collection& collection, PointOrder* order) {
  const SPIPlanPtr plan = kept_plan(
      statement_key(collection.relid, StatementKind::kPayloadIndexes), [](StatementDraft& draft) {
        draft << "SELECT i.type, i.options OPERATOR(pg_catalog.@>) '{\"arrays\": true}', "
                 "i.options OPERATOR(pg_catalog.@>) '{\"scalar_only\": true}', i.key "
                 "FROM vecext.payload_indexes AS i WHERE i.relid OPERATOR(pg_catalog.=) ";
        draft.parameter(REGCLASSOID) << " AND vecext_internal.canonical_path(i.key) "
                                        "OPERATOR(pg_catalog.=) vecext_internal.canonical_path(";
        draft.parameter(TEXTOID) << ") ORDER BY i.key OPERATOR(pg_catalog.=) $2, i.key";
        draft.planning = StatementPlanning::kGeneric;
      });
  const ParamListInfo parameters = parameter_list(
      {{REGCLASSOID, ObjectIdGetDatum(collection.relid)}, {TEXTOID, order->key_text()}});
  each_row(plan, parameters, [&](TupleTableSlot* row) {
    const std::string_view name = TextDatumGetCString(*value_at(row, 1));
    // Indexes on integers and on floats are alike: they have all numbers.
    const OrderType type = name == "float" || name == "integer" ? OrderType::kFloat
                           : name == "datetime"                 ? OrderType::kTime
                                                                : OrderType::kNone;
    if (type != OrderType::kNone && (order->type == OrderType::kAny || type == OrderType::kFloat)) {
      order->type = type;
      order->key = TextDatumGetCString(*value_at(row, 4));
      order->has_index = !DatumGetBool(*value_at(row, 2));
      order->has_arrays = !DatumGetBool(*value_at(row, 3));
    }
  });
}

bool read_direction(const Json& json) {
  const std::string_view name = is_string(json) ? text_of(json.value) : std::string_view{};
  if (name != "asc" && name != "desc") {
    refuse(json, "direction must be asc or desc");
  }
  return name == "desc";
}

void read_start(const Json& json, PointOrder* order) {
  order->has_start = true;
  if (is_number(json)) {
    order->start_number = number_of(json);
  } else if (is_string(json) && parse_timestamp(text_of(json.value), &order->start_time)) {
    order->starts_at_time = true;
  } else {
    refuse(json, "start_from must be a number or a time");
  }
}

/// Converts microseconds since 1970 to a time. Returns -infinity or infinity if the time is out of
/// range.
TimestampTz time_of_number(double number) {
  const double microseconds = number - kEpoch;
  return microseconds < static_cast<double>(MIN_TIMESTAMP) ? DT_NOBEGIN
         : microseconds >= static_cast<double>(END_TIMESTAMP)
             ? DT_NOEND
             : static_cast<TimestampTz>(std::rint(microseconds));
}

}  // namespace

std::int64_t since_1970(std::int64_t time) {
  int64 since;
  return pg_add_s64_overflow(time, kEpoch, &since) ? PG_INT64_MAX : since;
}

Oid PointOrder::value_type() const {
  return type == OrderType::kTime ? TIMESTAMPTZOID : FLOAT8OID;
}

Datum PointOrder::start() const {
  if (type == OrderType::kTime) {
    return TimestampTzGetDatum(starts_at_time ? start_time : time_of_number(start_number));
  }
  return Float8GetDatum(starts_at_time ? static_cast<double>(since_1970(start_time))
                                       : start_number);
}

Datum PointOrder::key_text() const {
  return text_datum(key);
}

PointOrder parse_point_order(const Json& json) {
  PointOrder order{};
  order.type = OrderType::kAny;
  order.has_arrays = true;
  if (is_string(json)) {
    order.key = text_of(json.value);
  } else if (!is_object(json)) {
    refuse(json, "order_by must be a key or an object");
  } else {
    check_members(json, {"key", "direction", "start_from"});
    const Json* key = member(json, "key");
    if (key == nullptr) {
      refuse(json, "order_by must have a key");
    }
    if (!is_string(*key)) {
      refuse(*key, "key must be a string");
    }
    order.key = text_of(key->value);
    if (const Json* direction = member(json, "direction"); direction != nullptr) {
      order.is_descending = read_direction(*direction);
    }
    if (const Json* start = member(json, "start_from"); start != nullptr) {
      read_start(*start, &order);
    }
  }
  path_of_text(order.key);
  return order;
}

void resolve_order(const Collection& collection, PointOrder* order) {
  if (collection.payload == InvalidAttrNumber) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("collection \"%s\" has no payload", collection.name)));
  }
  look_for_index(collection, order);
}

void append_order_value(const Collection& collection, const PointOrder& order, bool is_by_index,
                        const char* key, StatementDraft& draft) {
  const char* function = order.type == OrderType::kTime ? "ts" : "float";
  if (is_by_index) {
    draft << "vecext.payload_" << function << "(t.";
  } else if (order.type == OrderType::kAny) {
    draft << "vecext.payload_order(t.";
  } else {
    draft << "vecext.payload_order_" << function << "(t.";
  }
  draft.column(collection.relid, collection.payload) << ", " << key;
  draft << (is_by_index ? ")" : order.is_descending ? ", true)" : ", false)");
}

void append_shown_order_value(const Collection& collection, const PointOrder& order,
                              const char* key, StatementDraft& draft) {
  const auto literal = [](bool value) { return value ? ", true" : ", false"; };
  (draft << "vecext_internal.order_value(t.").column(collection.relid, collection.payload)
      << ", " << key << literal(order.is_descending) << literal(order.type != OrderType::kTime)
      << literal(order.type != OrderType::kFloat) << ")";
}

void tell_no_places(const PointOrder& order) {
  tell_no_values(order.key, order.type == OrderType::kTime    ? "a time"
                            : order.type == OrderType::kFloat ? "a number"
                                                              : "a number or a time");
}

}  // namespace vecext::pg
