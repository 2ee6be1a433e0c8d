#include "pg/condition/containment.h"

#include <algorithm>

#include "pg/condition/clause.h"

extern "C" {
#include "catalog/pg_type.h"
}

namespace vecext::pg {
namespace {

/// True if @> compares the values as conditions do. A number that is not an integer is compared as
/// a double by conditions, but as a numeric by @>.
bool can_contain(std::span<const JsonValue> values) {
  return std::all_of(values.begin(), values.end(), [](const JsonValue& value) {
    return value.kind != JsonKind::kNumber || value.is_integer;
  });
}

/// Returns the index on the innermost value that the path goes through, or null if there is none.
const PayloadIndex* find_around(const PayloadIndexes& indexes, const PayloadPath& path) {
  for (std::size_t steps = path.steps.size(); steps-- > 0;) {
    const PayloadPath part{path.steps.first(steps), {}};
    if (const PayloadIndex* index = find_index(indexes, IndexedAs::kContainment, part)) {
      return index;
    }
  }
  return nullptr;
}

/// Returns which part of the indexed value the path reaches. If the index is on payload_values(),
/// the values at its path are in an array, with the elements of arrays in place of the arrays.
JsonbPart part_of(const PayloadIndex& index, const PayloadPath& path) {
  const auto steps = path.steps.subspan(index.path.steps.size());
  const bool is_of_values = IsA(index.expression, FuncExpr);
  return {steps, is_of_values && steps.front().kind == PathStep::Kind::kKey};
}

}  // namespace

Expr* contains_any(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                   std::span<const JsonValue> values) {
  const PayloadIndex* index = find_index(indexes, IndexedAs::kContainment, path);
  if (index == nullptr || !can_contain(values)) {
    return nullptr;
  }
  return any_of(with_payload(index->expression, payload), kJsonbContains, values, JSONBOID,
                InvalidOid);
}

Expr* has_part_of_any(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                      std::span<const JsonValue> values) {
  const PayloadIndex* index = find_around(indexes, path);
  if (index == nullptr || !can_contain(values)) {
    return nullptr;
  }
  const JsonbPart part = part_of(*index, path);
  Expr* scalar = contains_any_part(with_payload(index->expression, payload), part, values, false);
  if (is_scalar(indexes, path)) {
    return scalar;
  }
  // Within a value, @> does not take an array for each of its elements.
  return make_orclause_of(
      scalar, contains_any_part(with_payload(index->expression, payload), part, values, true));
}

Expr* contains_all(const PayloadIndexes& indexes, Node* payload, const PayloadPath& path,
                   std::span<const JsonValue> values) {
  if (values.empty() || !can_contain(values)) {
    return nullptr;
  }
  if (const PayloadIndex* index = find_index(indexes, IndexedAs::kContainment, path)) {
    return contains(with_payload(index->expression, payload), {}, values);
  }
  const PayloadIndex* index = find_around(indexes, path);
  return index == nullptr
             ? nullptr
             : contains(with_payload(index->expression, payload), part_of(*index, path), values);
}

}  // namespace vecext::pg
