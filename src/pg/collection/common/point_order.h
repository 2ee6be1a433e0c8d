// The order of points by a key of their payloads: of pages, and of a request {"order_by": …}.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Points are compared by what the payload index of the key has. Without one they are compared by
/// numbers, and by times as seconds since 1970.
enum class OrderType : std::uint8_t { kNone, kFloat, kTime, kAny };

struct PointOrder {
  OrderType type;  // kNone: no order
  bool is_descending;
  bool has_index;   // a btree index of the points whose value is a scalar
  bool has_arrays;  // there may be others, too
  std::string_view key;
  bool has_start;
  bool starts_at_time;
  double start_number;      // unless starts_at_time
  std::int64_t start_time;  // microseconds since 2000-01-01 UTC

  /// The texts of statements depend on these.
  struct Shape {
    OrderType type;
    bool is_descending;
    bool has_index;
    bool has_arrays;
    bool has_start;
  };
  Shape shape() const {
    return {.type = type,
            .is_descending = is_descending,
            .has_index = has_index,
            .has_arrays = has_arrays,
            .has_start = has_start};
  }
  /// Returns the type of values in the order.
  Oid value_type() const;
  /// Where the order starts, as a value in it, which belongs to it; if has_start.
  Datum start() const;
  /// Returns the key as a parameter.
  Datum key_text() const;
};

/// Reads {"key": …, "direction": "asc", "start_from": …} or a key alone.
PointOrder parse_point_order(const Json& json);

/// Lets the order be that of the key's index, if it has one. Raises an ERROR 22023 if the
/// collection has no payload. An SPI connection is open.
void resolve_order(const Collection& collection, PointOrder* order);

/// Appends the expression that gives a row of `t` its place in the order: that of the index, or one
/// that reads arrays, too. `key` is the key as SQL: a parameter or a literal.
void append_order_value(const Collection& collection, const PointOrder& order, bool is_by_index,
                        const char* key, StatementDraft& draft);

/// Numbers of parameters of a statement.
struct OrderParameters {
  int key;
  int start;
  int limit;
};

/// Appends the statement that reads points in the order: the value, the id, and what columns()
/// appends, of the rows that satisfy what conditions(is_by_index) appends, each condition with AND
/// before it. If the index does not have all rows, the statement has two branches.
template <class Columns, class Conditions>
void append_points_in_order(const Collection& collection, const PointOrder& order,
                            const OrderParameters& parameters, Columns columns,
                            Conditions conditions, StatementDraft& draft) {
  const char* direction = order.is_descending ? " DESC" : "";
  const auto append_end = [&] {
    draft << " ORDER BY 1" << direction << ", 2" << direction << " LIMIT $" << parameters.limit;
  };
  const auto append_branch = [&](bool is_by_index) {
    const char* key = psprintf("$%d", parameters.key);
    draft << "SELECT ";
    append_order_value(collection, order, is_by_index, key, draft);
    (draft << ", t.").column(collection.relid, collection.id);
    columns();
    (draft << " FROM ").table(collection.relid) << " AS t WHERE ";
    append_order_value(collection, order, is_by_index, key, draft);
    draft << " IS NOT NULL";
    if (order.has_start) {
      append_order_value(collection, order, is_by_index, key, draft << " AND ");
      draft << (order.is_descending ? " OPERATOR(pg_catalog.<=) $" : " OPERATOR(pg_catalog.>=) $")
            << parameters.start;
    }
    if (!is_by_index && order.has_index) {
      (draft << " AND vecext.payload_is_array(t.").column(collection.relid, collection.payload)
          << ", " << key << ")";
    }
    conditions(is_by_index);
    append_end();
  };
  if (!order.has_index || !order.has_arrays) {
    return append_branch(order.has_index);
  }
  draft << "(";
  append_branch(true);
  draft << ") UNION ALL (";
  append_branch(false);
  draft << ")";
  append_end();
}

/// Returns a value in the order as seconds or number.
Datum order_value_as_float(const PointOrder& order, Datum value);

/// Says that no point has a place in the order.
void tell_no_places(const PointOrder& order);

}  // namespace vecext::pg
