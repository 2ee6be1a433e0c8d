// Makes the expressions of the server that index conditions consist of, in the current memory
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

/// The OID of the operator jsonb @> jsonb.
constexpr Oid kJsonbContains = 3246;

/// Returns a copy of an index's expression in which the query's payload has replaced the Vars.
Expr* with_payload(const Node* expression, Node* payload);

/// Return object -> key, and array -> i.
Node* member_of(Node* object, std::string_view key);
Node* element_of(Node* array, int i);

Expr* make_andclause_of(Expr* a, Expr* b);
Expr* make_orclause_of(Expr* a, Expr* b);
Expr* is_null(Node* value);

Const* float8_const(double value);
Const* time_const(std::int64_t microseconds);
Const* text_const(std::string_view value);
/// Returns the value clamped to the range of int4, which has all counts.
Const* int4_const(std::int64_t value);
Const* box_const(const GeoBox& box);

/// Returns a multirange with one range, which has all numbers whose nearest double lies within
/// `range`.
Const* number_range(const Range<double>& range);
Const* time_range(const Range<std::int64_t>& range);

/// A part of a JSON value. The steps lead to it from the value or, if is_in_array, from an element
/// of the value.
struct JsonbPart {
  std::span<const PathStep> steps;
  bool is_in_array;
};

/// Returns value @> document, where the document has an array of all `values` as that part.
Expr* contains(Expr* value, const JsonbPart& part, std::span<const JsonValue> values);
/// Returns value @> document if there is one value, and otherwise value @> ANY (documents). A
/// document has one of the `values` as that part or, if `as_elements`, an array of that value. The
/// part has at least one step.
Expr* contains_any_part(Expr* value, const JsonbPart& part, std::span<const JsonValue> values,
                        bool as_elements);
/// Returns value && other, which is of the same type.
Expr* overlaps(Expr* value, Const* other);

/// Returns the operator of that type that a btree has for the strategy, or InvalidOid if the index
/// does not have this operator. The strategy alone would not tell: other access methods number
/// their strategies otherwise, and an operator class may give a number to any operator.
Oid operator_of_index(const PayloadIndex& index, Oid type, StrategyNumber strategy);

/// Returns value = constant if there is one value, and otherwise value = ANY (array). Returns null
/// if one of the `values` is not of that type.
Expr* any_of(Expr* value, Oid op, std::span<const JsonValue> values, Oid type, Oid collation);

/// Returns the comparison of `value` with `constant` by the operator of the strategy, as value <
/// constant, or null if the index does not have the operator.
Expr* compared(Expr* value, const PayloadIndex& index, Oid type, StrategyNumber strategy,
               Const* constant);

/// True if the index orders texts by their bytes.
bool orders_by_code_point(const PayloadIndex& index);

/// Returns the least text that is greater than all texts that begin with `prefix`, or nothing if
/// there is no such text.
std::optional<std::string_view> after_prefix(std::string_view prefix);

/// Returns tokens @@ query, where the query has the words of the condition. The words of a phrase
/// may stand anywhere in the text.
Expr* has_tokens_clause(Expr* tokens, const Condition& condition, Oid config);

/// Returns id = ANY (ids), without those of the `ids` that are not of the id's type.
Expr* has_id(Node* id, std::span<const JsonValue> ids);

}  // namespace vecext::pg
