#include "pg/condition/index_conditions.h"

#include <algorithm>
#include <limits>

#include "core/condition/geo.h"
#include "core/condition/share.h"
#include "pg/condition/clause.h"
#include "pg/condition/containment.h"
#include "pg/condition/token_query.h"
#include "pg/payload/text_prefix.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "tsearch/ts_cache.h"
#include "utils/builtins.h"
}

namespace vecext::pg {
namespace {

/// The largest number of conditions that get clauses. More clauses cost the planner more than they
/// help.
constexpr int kMostConditionsServed = 500;

struct Context {
  const RowColumns& row;
  const PayloadIndexes& indexes;
  int& conditions;                           // number of conditions looked at so far
  const SupportRequestSelectivity* request;  // null if statistics cannot be read yet
  std::span<const PathStep> outer;  // from the payload to an element of the nested condition
};

const PayloadIndex* find(const Context& context, IndexedAs as, const Condition& condition) {
  return find_index(context.indexes, as, condition.path);
}

/// Returns the first index of that kind, on the condition's path, that has the operator of that
/// strategy, or null if there is none.
const PayloadIndex* find_with(const Context& context, IndexedAs as, const Condition& condition,
                              Oid type, StrategyNumber strategy) {
  for (const PayloadIndex& index : context.indexes.indexes) {
    if (is_index_of(index, as, condition.path) &&
        OidIsValid(operator_of_index(index, type, strategy))) {
      return &index;
    }
  }
  return nullptr;
}

/// Returns the first index of that kind, on the condition's path, that orders values, or null if
/// there is none.
const PayloadIndex* find_ordered(const Context& context, IndexedAs as, const Condition& condition,
                                 Oid type) {
  return find_with(context, as, condition, type, BTLessStrategyNumber);
}

/// Returns the expression of the index, about the query's payload.
Expr* indexed(const Context& context, const PayloadIndex& index) {
  return with_payload(index.expression, context.row.payload);
}

/// Returns a clause for all rows, given the clause `scalar` for rows whose value is not an array:
/// scalar OR payload_is_array(…), or `scalar` alone if a CHECK says that there are no arrays.
/// Returns null if there is neither such a CHECK nor an index of the rows with arrays.
Expr* or_array(const Context& context, const Condition& condition, Expr* scalar) {
  if (scalar == nullptr || is_scalar(context.indexes, condition.path)) {
    return scalar;
  }
  const PayloadIndex* arrays = find(context, IndexedAs::kIsArray, condition);
  return arrays == nullptr ? nullptr : make_orclause_of(scalar, indexed(context, *arrays));
}

/// True if all values are of that kind. Numbers must also be integers.
bool all_are(std::span<const JsonValue> values, JsonKind kind) {
  return std::all_of(values.begin(), values.end(), [kind](const JsonValue& value) {
    return value.kind == kind && (kind != JsonKind::kNumber || value.is_integer);
  });
}

/// Returns the values as keys of the index, which are prefixes of texts if it is an index of
/// prefixes.
std::span<const JsonValue> keys_of(const PayloadIndex& index, std::span<const JsonValue> values) {
  if (index.as != IndexedAs::kTextPrefix) {
    return values;
  }
  auto* keys = palloc_array<JsonValue>(values.size());
  std::transform(values.begin(), values.end(), keys, [](JsonValue value) {
    value.text = text_prefix(value.text);
    return value;
  });
  return {keys, values.size()};
}

/// Returns a clause that is true if an accessor of one type equals one of the values.
Expr* equals_any(const Context& context, const Condition& condition) {
  struct Typed {
    IndexedAs as;
    JsonKind kind;
    Oid type;
  };
  constexpr Typed kTypes[] = {{IndexedAs::kText, JsonKind::kString, TEXTOID},
                              {IndexedAs::kTextPrefix, JsonKind::kString, TEXTOID},
                              {IndexedAs::kInt, JsonKind::kNumber, INT8OID},
                              {IndexedAs::kBool, JsonKind::kBool, BOOLOID},
                              {IndexedAs::kUuid, JsonKind::kString, UUIDOID}};
  for (const Typed& typed : kTypes) {
    const PayloadIndex* index =
        find_with(context, typed.as, condition, typed.type, BTEqualStrategyNumber);
    if (index != nullptr && all_are(condition.values, typed.kind)) {
      Expr* clause = any_of(indexed(context, *index),
                            operator_of_index(*index, typed.type, BTEqualStrategyNumber),
                            keys_of(*index, condition.values), typed.type, index->collation);
      if (clause != nullptr) {
        return or_array(context, condition, clause);
      }
    }
  }
  return nullptr;
}

/// The same for numbers by payload_float. Several integers may have the same double, so the recheck
/// tells them apart.
Expr* equals_any_number(const Context& context, const Condition& condition) {
  const PayloadIndex* index =
      find_with(context, IndexedAs::kFloat, condition, FLOAT8OID, BTEqualStrategyNumber);
  const auto is_number = [](const JsonValue& value) { return value.kind == JsonKind::kNumber; };
  if (index == nullptr ||
      !std::all_of(condition.values.begin(), condition.values.end(), is_number)) {
    return nullptr;
  }
  return or_array(
      context, condition,
      any_of(indexed(context, *index), operator_of_index(*index, FLOAT8OID, BTEqualStrategyNumber),
             condition.values, FLOAT8OID, InvalidOid));
}

Expr* narrow_in(const Context& context, const Condition& condition) {
  const PayloadIndexes& indexes = context.indexes;
  Node* payload = context.row.payload;
  if (condition.values.empty()) {
    return nullptr;
  }
  Expr* clause = contains_any(indexes, payload, condition.path, condition.values);
  clause = clause != nullptr ? clause : equals_any(context, condition);
  clause = clause != nullptr ? clause : equals_any_number(context, condition);
  return clause != nullptr ? clause
                           : has_part_of_any(indexes, payload, condition.path, condition.values);
}

Expr* narrow_all(const Context& context, const Condition& condition) {
  return contains_all(context.indexes, context.row.payload, condition.path, condition.values);
}

/// Returns a clause that is true if an array has the value. Returns null for a string, which may
/// also be a substring of the value: no index finds that.
Expr* narrow_contains(const Context& context, const Condition& condition) {
  return condition.values[0].kind == JsonKind::kString ? nullptr : narrow_all(context, condition);
}

/// Returns a clause that is true if the value, or an element of it, is JSON's null.
Expr* narrow_null(const Context& context, const Condition& condition) {
  JsonValue null;
  null.kind = JsonKind::kNull;
  Condition is_null = condition;
  is_null.values = {&null, 1};
  return narrow_in(context, is_null);
}

/// Returns low <= accessor <= high, or null if the index has neither operator.
template <class T, class MakeConst>
Expr* within(const Context& context, const PayloadIndex& index, const Range<T>& range, Oid type,
             MakeConst make) {
  Expr* clause = nullptr;
  if (range.has_low) {
    clause = compared(indexed(context, index), index, type,
                      range.low_is_inside ? BTGreaterEqualStrategyNumber : BTGreaterStrategyNumber,
                      make(range.low));
  }
  if (range.has_high) {
    Expr* upper = compared(indexed(context, index), index, type,
                           range.high_is_inside ? BTLessEqualStrategyNumber : BTLessStrategyNumber,
                           make(range.high));
    if (clause == nullptr) {
      clause = upper;
    } else if (upper != nullptr) {
      clause = make_andclause_of(clause, upper);
    }
  }
  return clause;
}

Expr* narrow_numbers(const Context& context, const Condition& condition) {
  if (const PayloadIndex* index = find(context, IndexedAs::kNumbers, condition)) {
    return overlaps(indexed(context, *index), number_range(condition.numbers));
  }
  const PayloadIndex* index = find_ordered(context, IndexedAs::kFloat, condition, FLOAT8OID);
  return index == nullptr
             ? nullptr
             : or_array(context, condition,
                        within(context, *index, condition.numbers, FLOAT8OID, float8_const));
}

Expr* narrow_times(const Context& context, const Condition& condition) {
  if (const PayloadIndex* index = find(context, IndexedAs::kTimes, condition)) {
    return overlaps(indexed(context, *index), time_range(condition.times));
  }
  const PayloadIndex* index = find_ordered(context, IndexedAs::kTime, condition, TIMESTAMPTZOID);
  return index == nullptr
             ? nullptr
             : or_array(context, condition,
                        within(context, *index, condition.times, TIMESTAMPTZOID, time_const));
}

/// Returns an index on texts or their prefixes that orders them by code points, or null if there is
/// none.
const PayloadIndex* find_ordered_texts(const Context& context, const Condition& condition) {
  for (const PayloadIndex& index : context.indexes.indexes) {
    if ((index.as == IndexedAs::kText || index.as == IndexedAs::kTextPrefix) &&
        orders_by_code_point(index) && is_index_of(index, index.as, condition.path) &&
        OidIsValid(operator_of_index(index, TEXTOID, BTLessStrategyNumber))) {
      return &index;
    }
  }
  return nullptr;
}

/// Returns the range of the prefixes of all texts in a range. A bound is included if it is a full
/// prefix, as texts on both sides of the bound may have it.
Range<std::string_view> range_of_prefixes(Range<std::string_view> texts) {
  texts.low = text_prefix(texts.low);
  texts.low_is_inside = texts.low_is_inside || is_full_prefix(texts.low);
  texts.high = text_prefix(texts.high);
  texts.high_is_inside = texts.high_is_inside || is_full_prefix(texts.high);
  return texts;
}

/// Returns a clause that is true if the text is within a range, in the order of code points.
Expr* narrow_texts(const Context& context, const Condition& condition,
                   const Range<std::string_view>& texts) {
  const PayloadIndex* index = find_ordered_texts(context, condition);
  if (index == nullptr) {
    return nullptr;
  }
  return or_array(context, condition,
                  within(context, *index,
                         index->as == IndexedAs::kTextPrefix ? range_of_prefixes(texts) : texts,
                         TEXTOID, text_const));
}

Expr* narrow_prefix(const Context& context, const Condition& condition) {
  Range<std::string_view> texts{};
  texts.low = condition.text;
  texts.has_low = texts.low_is_inside = true;
  const std::optional<std::string_view> after = after_prefix(condition.text);
  texts.has_high = after.has_value();
  texts.high = after.value_or(std::string_view{});
  return narrow_texts(context, condition, texts);
}

template <class Area>
Expr* narrow_area(const Context& context, const Condition& condition, const Area& area) {
  const PayloadIndex* index = find(context, IndexedAs::kGeoBox, condition);
  if (index == nullptr) {
    return nullptr;
  }
  GeoBox boxes[2];
  const int count = bounding_boxes(area, boxes);
  Expr* clause = overlaps(indexed(context, *index), box_const(boxes[0]));
  return count == 1
             ? clause
             : make_orclause_of(clause, overlaps(indexed(context, *index), box_const(boxes[1])));
}

Expr* narrow_tokens(const Context& context, const Condition& condition) {
  const Oid config = config_of(condition);
  for (const PayloadIndex& index : context.indexes.indexes) {
    if (index.config == config && is_index_of(index, IndexedAs::kTokens, condition.path)) {
      return has_tokens_clause(indexed(context, index), condition, config);
    }
  }
  return nullptr;
}

bool has_all_elements(const PayloadPath& path) {
  return std::any_of(path.steps.begin(), path.steps.end(), [](const PathStep& step) {
    return step.kind == PathStep::Kind::kAllElements;
  });
}

/// Adds the rows without a payload to a clause that is true if there are no values, as accessors
/// are null for these rows.
Expr* or_no_payload(const Context& context, Expr* clause) {
  if (clause == nullptr || !context.row.payload_may_be_null) {
    return clause;
  }
  return make_orclause_of(clause, is_null(context.row.payload));
}

Expr* narrow_count(const Context& context, const Condition& condition) {
  const PayloadIndex* index = find_ordered(context, IndexedAs::kCount, condition, INT4OID);
  // payload_count() is null where there are several values.
  if (index == nullptr || has_all_elements(condition.path) ||
      (!condition.counts.has_low && !condition.counts.has_high)) {
    return nullptr;
  }
  return or_no_payload(context, within(context, *index, condition.counts, INT4OID, int4_const));
}

Expr* narrow_empty(const Context& context, const Condition& condition) {
  const PayloadIndex* index = find(context, IndexedAs::kIsEmpty, condition);
  return index == nullptr ? nullptr : or_no_payload(context, indexed(context, *index));
}

/// Returns the clause of a condition that is not made of others.
Expr* narrow_leaf(const Condition& condition, const Context& context) {
  switch (condition.kind) {
    case ConditionKind::kIn:
      return narrow_in(context, condition);
    case ConditionKind::kHasAll:
      return narrow_all(context, condition);
    case ConditionKind::kContains:
      return narrow_contains(context, condition);
    case ConditionKind::kIsNull:
      return narrow_null(context, condition);
    case ConditionKind::kNumberRange:
      return narrow_numbers(context, condition);
    case ConditionKind::kTimeRange:
      return narrow_times(context, condition);
    case ConditionKind::kTextRange:
      return narrow_texts(context, condition, condition.texts);
    case ConditionKind::kPrefix:
      return narrow_prefix(context, condition);
    case ConditionKind::kGeoBox:
      return narrow_area(context, condition, condition.box);
    case ConditionKind::kGeoRadius:
      return narrow_area(context, condition, condition.circle);
    case ConditionKind::kGeoPolygon:
      return narrow_area(context, condition, condition.polygon);
    case ConditionKind::kAllTokens:
    case ConditionKind::kAnyToken:
    case ConditionKind::kPhrase:
      return narrow_tokens(context, condition);
    case ConditionKind::kCount:
      return narrow_count(context, condition);
    case ConditionKind::kIsEmpty:
      return narrow_empty(context, condition);
    case ConditionKind::kHasId:
      return context.row.id == nullptr ? nullptr : has_id(context.row.id, condition.values);
    default:
      return nullptr;
  }
}

Narrowed narrow_node(const Condition& condition, const Context& context);

bool is_one_or_other(const Expr* clause) {
  return is_orclause(clause) && list_length(reinterpret_cast<const BoolExpr*>(clause)->args) == 2;
}

/// Adds a clause to a list of clauses that are joined by AND. (a OR x) AND (b OR x) becomes (a AND
/// b) OR x, so that an index scan of rows without arrays has both bounds of a range.
List* add_clause(List* clauses, Expr* clause) {
  for (const auto* before : list_of<Expr>(is_one_or_other(clause) ? clauses : NIL)) {
    const List* added = reinterpret_cast<const BoolExpr*>(clause)->args;
    List* other = reinterpret_cast<const BoolExpr*>(before)->args;
    if (is_one_or_other(before) && equal(lsecond(added), lsecond(other))) {
      linitial(other) =
          make_andclause(list_concat(make_ands_implicit(static_cast<Expr*>(linitial(other))),
                                     make_ands_implicit(static_cast<Expr*>(linitial(added)))));
      return clauses;
    }
  }
  return lappend(clauses, clause);
}

Narrowed narrow_and(const Condition& condition, const Context& context) {
  List* clauses = NIL;
  double share = 1;
  for (const Condition* child : condition.children) {
    const Narrowed part = narrow_node(*child, context);
    share *= part.share;
    const List* ands = part.clause == nullptr ? NIL : make_ands_implicit(part.clause);
    for (auto* clause : list_of<Expr>(ands)) {
      clauses = add_clause(clauses, clause);
    }
  }
  if (list_length(clauses) < 2) {
    return {clauses == NIL ? nullptr : static_cast<Expr*>(linitial(clauses)), share};
  }
  return {make_andclause(clauses), share};
}

/// Returns the share of all rows that satisfy the part.
double share_of_part(const Narrowed& part, const Context& context) {
  const SupportRequestSelectivity* request = context.request;
  return part.clause == nullptr
             ? part.share
             : part.share * clause_selectivity(request->root, reinterpret_cast<Node*>(part.clause),
                                               request->varRelid, request->jointype,
                                               request->sjinfo);
}

/// Estimates the share of rows that satisfy a negation; `without` is the condition that is negated.
/// Indexes have statistics of the rows that satisfy `without`, and the negation leaves all other
/// rows. There are no such statistics of the elements of an array.
Narrowed narrow_not(const Condition& condition, const Condition& without, const Context& context) {
  if (context.request == nullptr || !context.outer.empty()) {
    return {nullptr, share_of(condition)};
  }
  // The count is a copy, as the expansion has not counted negated conditions: the other conditions
  // must get the same clauses here as in the expansion.
  int conditions = context.conditions;
  const Narrowed part =
      narrow_node(without, {context.row, context.indexes, conditions, context.request, {}});
  return {nullptr, 1 - share_of_part(part, context)};
}

Narrowed narrow_not_in(const Condition& condition, const Context& context) {
  Condition without = condition;
  without.kind = ConditionKind::kIn;
  return narrow_not(condition, without, context);
}

/// Returns the clauses of all conditions, joined by OR. Each condition must have a clause, as any
/// of them may be the one that is true.
Narrowed narrow_or(const Condition& condition, const Context& context) {
  List* clauses = NIL;
  double share = 0;
  double none = 1;  // the share of rows for which no condition is true
  bool has_all = true;
  for (const Condition* child : condition.children) {
    const Narrowed part = narrow_node(*child, context);
    has_all = has_all && part.clause != nullptr;
    if (context.request != nullptr) {
      none *= 1 - share_of_part(part, context);
    } else if (!has_all) {
      return {nullptr, share_of(condition)};
    }
    clauses = lappend(clauses, part.clause);
    share = std::max(share, part.share);
  }
  if (!has_all) {
    return {nullptr, 1 - none};
  }
  if (list_length(clauses) == 1) {
    return {static_cast<Expr*>(linitial(clauses)), share};
  }
  return {make_orclause(clauses), share};
}

std::span<const PathStep> joined(std::span<const PathStep> outer, std::span<const PathStep> inner,
                                 bool with_elements) {
  auto* steps = palloc_array<PathStep>(outer.size() + inner.size() + 1);
  PathStep* end =
      std::copy(inner.begin(), inner.end(), std::copy(outer.begin(), outer.end(), steps));
  if (with_elements) {
    *end++ = {PathStep::Kind::kAllElements, {}, 0};
  }
  return {steps, end};
}

/// Returns the clause of a condition within nested ones. Such a condition is true of one element,
/// so it is also true if its path goes through the arrays to all elements, unless it says that
/// something is missing.
Expr* narrow_element(const Condition& condition, const Context& context) {
  if (context.outer.empty()) {
    return narrow_leaf(condition, context);
  }
  if (condition.kind == ConditionKind::kIsEmpty || condition.kind == ConditionKind::kCount) {
    return nullptr;
  }
  Condition whole = condition;
  whole.path = {joined(context.outer, condition.path.steps, false), {}};
  return narrow_leaf(whole, context);
}

Narrowed narrow_nested(const Condition& condition, const Context& context) {
  return narrow_node(*condition.children[0],
                     {context.row, context.indexes, context.conditions, context.request,
                      joined(context.outer, condition.path.steps, true)});
}

Narrowed narrow_node(const Condition& condition, const Context& context) {
  if (++context.conditions > kMostConditionsServed) {
    return {nullptr, share_of(condition)};
  }
  switch (condition.kind) {
    case ConditionKind::kAnd:
      return narrow_and(condition, context);
    case ConditionKind::kAtLeast:
      if (condition.count < 1) {
        return {nullptr, share_of(condition)};
      }
      [[fallthrough]];
    case ConditionKind::kOr:
      return condition.children.empty() ? Narrowed{nullptr, share_of(condition)}
                                        : narrow_or(condition, context);
    case ConditionKind::kNested:
      return narrow_nested(condition, context);
    case ConditionKind::kNot:
      return narrow_not(condition, *condition.children[0], context);
    case ConditionKind::kNotIn:
      return narrow_not_in(condition, context);
    default: {
      Expr* clause = narrow_element(condition, context);
      return {clause, clause == nullptr ? share_of(condition) : 1};
    }
  }
}

}  // namespace

Narrowed narrow(const Condition& condition, const RowColumns& row, const PayloadIndexes& indexes,
                const SupportRequestSelectivity* request) {
  int conditions = 0;
  return narrow_node(condition, {row, indexes, conditions, request, {}});
}

}  // namespace vecext::pg
