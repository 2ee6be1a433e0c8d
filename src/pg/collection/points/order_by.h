// The order of points by a key of their payloads.
#pragma once

#include "pg/collection/common/request.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What is compared: what the payload index of the key has; without one numbers, and times as
/// seconds since 1970.
enum class OrderType : std::uint8_t { kNone, kFloat, kTime, kAny };

struct ScrollOrder {
  OrderType type;  // kNone: no order
  bool is_descending;
  bool has_index;   // a btree index of the points whose value is no array
  bool has_arrays;  // there may be others, too
  std::string_view key;
  bool has_start;
  Datum start;  // of value_type(), inclusive

  /// What statements depend on: five bits.
  std::uint64_t shape() const {
    return static_cast<std::uint64_t>(type) | (has_index ? 8U : 0U) | (has_arrays ? 16U : 0U);
  }
  /// The type of values in the order.
  Oid value_type() const;
};

/// Reads {"key": …, "direction": "asc", "start_from": …} or a key alone, and looks for an index. An
/// SPI connection is open.
ScrollOrder read_order_by(const Collection& collection, Jsonb* order_by, const JsonPlace& place);

/// Appends the expression that gives a row its place in the order: that of the index, or one that
/// reads arrays, too. `key` is the number of the parameter of type text that has the key.
void append_order_value(const Collection& collection, const ScrollOrder& order, bool is_by_index,
                        const char* alias, int key, StatementDraft& draft);

/// A value in the order as seconds or number.
Datum order_value_as_float(const ScrollOrder& order, Datum value);

}  // namespace vecext::pg
