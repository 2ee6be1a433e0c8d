#include "pg/collection/points/order_by.h"

#include "core/condition/timestamp.h"
#include "pg/collection/common/payload_edit.h"
#include "pg/payload/numeric_value.h"

extern "C" {
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

constexpr double kEpoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * double{SECS_PER_DAY};

/// Sets the type from the payload indexes of the key: numbers before times.
void look_for_index(const Collection& collection, ScrollOrder* order) {
  const SPIPlanPtr plan =
      statement({collection.relid, StatementKind::kPayloadIndexes, 0}, [](StatementDraft& draft) {
        draft << "SELECT i.type, i.options OPERATOR(pg_catalog.@>) '{\"arrays\": true}', "
                 "i.options OPERATOR(pg_catalog.@>) '{\"scalar_only\": true}' "
                 "FROM vecext.payload_indexes AS i WHERE i.relid OPERATOR(pg_catalog.=) ";
        draft.parameter(REGCLASSOID) << " AND i.key OPERATOR(pg_catalog.=) ";
        draft.parameter(TEXTOID);
        draft.planning = StatementPlanning::kGeneric;
      });
  const ParamListInfo parameters = new_parameters(2);
  set_parameter(parameters, 1, REGCLASSOID, ObjectIdGetDatum(collection.relid));
  set_parameter(parameters, 2, TEXTOID,
                PointerGetDatum(cstring_to_text_with_len(order->key.data(),
                                                         static_cast<int>(order->key.size()))));
  auto take = [&](TupleTableSlot* row) {
    bool is_null;
    const std::string_view name = TextDatumGetCString(slot_getattr(row, 1, &is_null));
    // Indexes of integers and of floats are the same: of all numbers.
    const OrderType type = name == "float" || name == "integer" ? OrderType::kFloat
                           : name == "datetime"                 ? OrderType::kTime
                                                                : OrderType::kNone;
    if (type != OrderType::kNone && (order->type == OrderType::kAny || type == OrderType::kFloat)) {
      order->type = type;
      order->has_index = !DatumGetBool(slot_getattr(row, 2, &is_null));
      order->has_arrays = !DatumGetBool(slot_getattr(row, 3, &is_null));
    }
  };
  execute_statement(plan, parameters, StatementAccess::kReads, &take);
}

/// The value that `start_from` is in the order.
Datum read_start(const ScrollOrder& order, const JsonbValue& value, const JsonPlace& place) {
  std::int64_t time = 0;
  const bool is_time = value.type == jbvString && parse_timestamp(text_of(value), &time);
  const JsonValue number = value.type == jbvNumeric
                               ? numeric_value(reinterpret_cast<const char*>(value.val.numeric))
                               : JsonValue{};
  switch (order.type) {
    case OrderType::kTime:
      if (is_time) {
        return TimestampTzGetDatum(time);
      }
      refuse(place, "start_from must be a time");
    case OrderType::kAny:
      if (is_time) {
        return Float8GetDatum(static_cast<double>(time) / USECS_PER_SEC + kEpoch);
      }
      [[fallthrough]];
    default:
      if (value.type == jbvNumeric) {
        return Float8GetDatum(number.number);
      }
      refuse(place, "start_from must be a number");
  }
}

bool read_direction(const JsonbValue& value, const JsonPlace& place) {
  const std::string_view name = value.type == jbvString ? text_of(value) : std::string_view{};
  if (name != "asc" && name != "desc") {
    refuse(place, "direction must be asc or desc");
  }
  return name == "desc";
}

void read_members(const JsonbValue& value, const JsonPlace& place, ScrollOrder* order,
                  JsonbValue* start) {
  if (!is_object(value)) {
    refuse(place, "order_by must be a key or an object");
  }
  bool has_key = false;
  each_member(value, [&](std::string_view name, const JsonbValue& member) {
    if (name == "key" && member.type == jbvString) {
      order->key = text_of(member);
      has_key = true;
    } else if (name == "direction") {
      order->is_descending = read_direction(member, place.at(name));
    } else if (name == "start_from") {
      *start = member;
    } else if (name == "key") {
      refuse(place.at(name), "key must be a string");
    } else {
      refuse_key(place, name);
    }
  });
  if (!has_key) {
    refuse(place, "order_by must have a key");
  }
}

}  // namespace

Oid ScrollOrder::value_type() const {
  return type == OrderType::kTime ? TIMESTAMPTZOID : FLOAT8OID;
}

ScrollOrder read_order_by(const Collection& collection, Jsonb* order_by, const JsonPlace& place) {
  ScrollOrder order{};
  order.type = OrderType::kAny;
  order.has_arrays = true;
  JsonbValue start;
  start.type = jbvNull;
  const JsonbValue value = value_of(order_by);
  if (value.type == jbvString) {
    order.key = text_of(value);
  } else {
    read_members(value, place, &order, &start);
  }
  path_of_text(order.key);
  if (collection.payload == InvalidAttrNumber) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("collection \"%s\" has no payload", collection.name)));
  }
  look_for_index(collection, &order);
  if (start.type != jbvNull) {
    order.has_start = true;
    order.start = read_start(order, start, place.at("start_from"));
  }
  return order;
}

void append_order_value(const Collection& collection, const ScrollOrder& order, bool is_by_index,
                        const char* alias, int key, StatementDraft& draft) {
  const char* function = order.type == OrderType::kTime ? "ts" : "float";
  if (is_by_index) {
    draft << "vecext.payload_" << function << "(";
  } else if (order.type == OrderType::kAny) {
    draft << "vecext.payload_order(";
  } else {
    draft << "vecext.payload_order_" << function << "(";
  }
  (draft << alias << ".").column(collection.relid, collection.payload) << ", $" << key;
  draft << (is_by_index ? ")" : order.is_descending ? ", true)" : ", false)");
}

Datum order_value_as_float(const ScrollOrder& order, Datum value) {
  if (order.type != OrderType::kTime) {
    return value;
  }
  return Float8GetDatum(static_cast<double>(DatumGetTimestampTz(value)) / USECS_PER_SEC + kEpoch);
}

}  // namespace vecext::pg
