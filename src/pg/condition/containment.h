// Conditions that GIN indexes of JSON serve: on the value that an index is on, and on values that
// are a part of it.
#pragma once

#include <span>

#include "core/condition/condition.h"
#include "pg/condition/payload_indexes.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns a clause that a value at the path, or an element of one, equals one of `values`, by an
/// index on that path: payload -> 'key' @> value. Returns null if there is none, or if a value
/// cannot be looked up.
Expr* contains_any(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                   std::span<const JsonValue> values);

/// Returns the same, by an index on a value that the path goes through, be it the payload: payload
/// -> 'key' @> {"b": [{"c": value}]}.
Expr* has_part_of_any(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                      std::span<const JsonValue> values);

/// Returns a clause that an array at the path has all values, by either index.
Expr* contains_all(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                   std::span<const JsonValue> values);

}  // namespace vecext::pg
