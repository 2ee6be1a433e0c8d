// The order of points by a key of their payloads, for pages and for a request {"order_by": …}.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What points are ordered by: the numbers or the times that the key's payload index has. Without
/// an index (kAny) it is both numbers and times, which are compared as microseconds since 1970.
enum class OrderType : std::uint8_t { kNone, kFloat, kTime, kAny };

struct PointOrder {
  OrderType type;  // kNone if there is no order
  bool is_descending;
  bool has_index;   // the points whose value is a scalar are in a btree index
  bool has_arrays;  // points with arrays at the key may exist, too
  std::string_view key;
  bool has_start;
  bool starts_at_time;
  double start_number;      // valid if has_start and not starts_at_time
  std::int64_t start_time;  // valid if starts_at_time; microseconds since 2000-01-01 UTC

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
  /// Returns the SQL type of the values that points are ordered by.
  Oid value_type() const;
  /// Returns the value that the order starts at, which is included. Must not be called unless
  /// has_start.
  Datum start() const;
  /// Returns the key as a value of type text.
  Datum key_text() const;
};

/// Converts a time to microseconds since 1970, or to the largest number if they have no place in
/// 64 bits.
std::int64_t since_1970(std::int64_t time);

/// Reads an order, which is {"key": …, "direction": "asc", "start_from": …} or a key alone.
PointOrder parse_point_order(const Json& json);

/// Looks for a payload index on the key, and lets the order be that of the index if there is one.
/// Raises an ERROR 22023 if the collection has no payload. An SPI connection must be open.
void resolve_order(const Collection& collection, PointOrder* order);

/// Appends the expression whose value orders a row of the table `t`. If `is_by_index`, it is the
/// expression that the index is on; otherwise it is one that reads arrays, too. `key` is the key as
/// SQL, which is a parameter or a literal.
void append_order_value(const Collection& collection, const PointOrder& order, bool is_by_index,
                        const char* key, StatementDraft& draft);

/// Appends the expression of the same value of the table `t` as jsonb, as results show it: a number
/// as the payload has it, a time as microseconds since 1970.
void append_shown_order_value(const Collection& collection, const PointOrder& order,
                              const char* key, StatementDraft& draft);

/// The numbers of parameters in a statement.
struct OrderParameters {
  int key;
  int start;
  int limit;
};

/// The number of columns that the statement of append_points_in_order() has before others.
constexpr int kOrderColumns = 3;

/// Appends the statement that reads points in the order. Its columns are the value, the id, the
/// value as results show it, and those that columns() appends. conditions(is_by_index) appends the
/// conditions on the rows, each with AND before it. If the index does not have all rows, the
/// statement has two branches: one reads the index, the other the rows with arrays.
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
    (draft << ", t.").column(collection.relid, collection.id) << ", ";
    append_shown_order_value(collection, order, key, draft);
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

/// Says, by a NOTICE, that no point has a value to order by at the key.
void tell_no_places(const PointOrder& order);

}  // namespace vecext::pg
