// Clauses that GIN indexes on JSON serve: on the indexed value itself, and on values within it.
#pragma once

#include <span>

#include "core/condition/condition.h"
#include "pg/condition/payload_indexes.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns a clause that is true if the value at the path, or an element of it, equals one of
/// `values`. It is payload -> 'key' @> value, for an index on that path. Returns null if there is
/// no such index, or if a value cannot be looked up by it.
Expr* contains_any(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                   std::span<const JsonValue> values);

/// Returns the same by an index on a value that the path goes through, which may be the payload
/// itself: payload -> 'key' @> {"b": [{"c": value}]}.
Expr* has_part_of_any(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                      std::span<const JsonValue> values);

/// Returns a clause that is true if an array at the path has all `values`, by an index of either
/// kind. Returns null if there is none.
Expr* contains_all(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                   std::span<const JsonValue> values);

}  // namespace vecext::pg
