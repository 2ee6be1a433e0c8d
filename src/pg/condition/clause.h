// Expressions of the server that index conditions are made of. All live in the current memory
// context.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/condition/condition.h"
#include "pg/condition/payload_indexes.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/stratnum.h"
#include "nodes/primnodes.h"
}

namespace vecext::pg {

/// jsonb @> jsonb.
constexpr Oid kJsonbContains = 3246;

/// Returns a copy of an index's expression, with the query's payload for its Vars.
Expr* with_payload(const Node* expression, Node* payload);

/// object -> key, array -> i.
Node* member_of(Node* object, std::string_view key);
Node* element_of(Node* array, int i);

Expr* make_andclause_of(Expr* a, Expr* b);
Expr* make_orclause_of(Expr* a, Expr* b);
Expr* is_null(Node* value);

Const* float8_const(double value);
Const* time_const(std::int64_t microseconds);
Const* text_const(std::string_view value);
/// Clamped to int4, beyond which no count is.
Const* int4_const(std::int64_t value);
Const* box_const(const GeoBox& box);

/// A multirange of one range that has all numbers whose nearest double lies within; and of times.
Const* number_range(const Range<double>& range);
Const* time_range(const Range<std::int64_t>& range);

/// A part of a JSON value: what steps reach from it, or from an element if it is in an array.
struct JsonbPart {
  std::span<const PathStep> steps;
  bool is_in_array;
};

/// Returns value @> an array of all values as that part.
Expr* contains(Expr* value, const JsonbPart& part, std::span<const JsonValue> values);
/// Returns value @> one of the values as that part, or @> ANY of their array. The part has a step.
/// With `as_elements` it is an array that has the value, else the value itself.
Expr* contains_any_part(Expr* value, const JsonbPart& part, std::span<const JsonValue> values,
                        bool as_elements);
/// Returns value && other, which is of the same type.
Expr* overlaps(Expr* value, Const* other);

/// The operator of that type that a btree has for the strategy, if the index has it as well;
/// otherwise InvalidOid. The strategies of other access methods have other numbers, and an operator
/// class may give a number to any operator.
Oid operator_of_index(const PayloadIndex& index, Oid type, StrategyNumber strategy);

/// Returns value = one of the values, or = ANY of their array, of that type, or null if one of the
/// values is not of the type.
Expr* any_of(Expr* value, Oid op, std::span<const JsonValue> values, Oid type, Oid collation);

/// Returns value < constant, with the operator of the strategy, or null if the index has none.
Expr* compared(Expr* value, const PayloadIndex& index, Oid type, StrategyNumber strategy,
               Const* constant);

/// True if the index orders texts by their bytes.
bool orders_by_code_point(const PayloadIndex& index);

/// Returns the least text that is greater than all that begin with `prefix`, or nothing if there is
/// none.
std::optional<std::string_view> after_prefix(std::string_view prefix);

/// Returns to_tsvector(…) @@ the words of the condition. The words of a phrase may stand anywhere.
Expr* has_tokens_clause(Expr* tokens, const Condition& condition, Oid config);

/// id = ANY (ids), of those that are of its type.
Expr* has_id(Node* id, std::span<const JsonValue> ids);

}  // namespace vecext::pg
