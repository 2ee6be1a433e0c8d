#include "pg/condition/all_indexes.h"

#include <algorithm>

#include "pg/condition/clause.h"
#include "pg/condition/token_query.h"
#include "pg/sys/growing_array.h"

extern "C" {
#include "catalog/pg_collation.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {
namespace {

struct Making {
  Node* payload;
  const char* schema;
  GrowingArray<PayloadIndex> indexes;
};

bool reaches_one_value(const PayloadPath& path) {
  const auto is_one = [](const PathStep& step) {
    return step.kind != PathStep::Kind::kAllElements;
  };
  return !path.steps.empty() && std::all_of(path.steps.begin(), path.steps.end(), is_one);
}

/// Returns payload -> 'a' -> 0 -> 'b' for the path a[0].b.
Node* value_at(const Making& making, const PayloadPath& path) {
  Node* value = making.payload;
  for (const PathStep& step : path.steps) {
    value = step.kind == PathStep::Kind::kKey ? member_of(value, step.key)
                                              : element_of(value, step.index);
  }
  return value;
}

Node* call(const char* schema, const char* name, Node* first, Node* second, Oid first_type,
           Oid second_type) {
  const Oid types[] = {first_type, second_type};
  const Oid function = LookupFuncName(
      list_make2(makeString(pstrdup(schema)), makeString(pstrdup(name))), 2, types, false);
  return reinterpret_cast<Node*>(makeFuncExpr(function, get_func_rettype(function),
                                              list_make2(first, second), InvalidOid,
                                              DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL));
}

void add(Making* making, const PayloadPath& path, IndexedAs as, Node* expression, Oid opfamily) {
  PayloadIndex index{};
  index.as = as;
  index.path = path;
  index.expression = expression;
  index.opfamily = opfamily;
  index.collation = as == IndexedAs::kTextPrefix ? C_COLLATION_OID : InvalidOid;
  making->indexes.push(index, CurrentMemoryContext);
}

/// Adds an index on the accessor `name` of the path.
void add_accessor(Making* making, const PayloadPath& path, IndexedAs as, const char* name) {
  Node* expression = call(making->schema, name, making->payload,
                          reinterpret_cast<Node*>(text_const(path.text)), JSONBOID, TEXTOID);
  const TypeCacheEntry* type = lookup_type_cache(exprType(expression), TYPECACHE_BTREE_OPFAMILY);
  add(making, path, as, expression, type->btree_opf);
}

void add_tokens(Making* making, const Condition& condition) {
  const Oid config = config_of(condition);
  if (!OidIsValid(config)) {
    return;
  }
  Const* name =
      makeConst(REGCONFIGOID, -1, InvalidOid, sizeof(Oid), ObjectIdGetDatum(config), false, true);
  add(making, condition.path, IndexedAs::kTokens,
      call("pg_catalog", "to_tsvector", reinterpret_cast<Node*>(name),
           value_at(*making, condition.path), REGCONFIGOID, JSONBOID),
      InvalidOid);
  making->indexes.at[making->indexes.count - 1].config = config;
}

/// Adds the indexes for a condition that is not made of others.
void add_of_leaf(Making* making, const Condition& condition) {
  const PayloadPath& path = condition.path;
  switch (condition.kind) {
    case ConditionKind::kIn:
    case ConditionKind::kHasAll:
    case ConditionKind::kIsNull:
      return add(making, path, IndexedAs::kContainment, value_at(*making, path), InvalidOid);
    case ConditionKind::kAllTokens:
    case ConditionKind::kAnyToken:
    case ConditionKind::kPhrase:
      return add_tokens(making, condition);
    case ConditionKind::kNumberRange:
      add_accessor(making, path, IndexedAs::kFloat, "payload_float");
      return add_accessor(making, path, IndexedAs::kIsArray, "payload_is_array");
    case ConditionKind::kTimeRange:
      add_accessor(making, path, IndexedAs::kTime, "payload_ts");
      return add_accessor(making, path, IndexedAs::kIsArray, "payload_is_array");
    case ConditionKind::kTextRange:
    case ConditionKind::kPrefix:
      add_accessor(making, path, IndexedAs::kTextPrefix, "payload_prefix");
      return add_accessor(making, path, IndexedAs::kIsArray, "payload_is_array");
    case ConditionKind::kGeoBox:
    case ConditionKind::kGeoRadius:
    case ConditionKind::kGeoPolygon:
      return add_accessor(making, path, IndexedAs::kGeoBox, "payload_geo_box");
    case ConditionKind::kCount:
      return add_accessor(making, path, IndexedAs::kCount, "payload_count");
    case ConditionKind::kIsEmpty:
      return add_accessor(making, path, IndexedAs::kIsEmpty, "payload_is_empty");
    default:
      return;
  }
}

/// Adds the indexes for a tree of conditions. Nested conditions are left out, as their paths begin
/// at an element.
void add_of_tree(Making* making, const Condition& condition) {
  if (condition.kind == ConditionKind::kNested) {
    return;
  }
  if (reaches_one_value(condition.path)) {
    add_of_leaf(making, condition);
  }
  for (const Condition* child : condition.children) {
    add_of_tree(making, *child);
  }
}

}  // namespace

PayloadIndexes all_indexes(const Condition& condition, Node* payload, Oid schema) {
  Making making{.payload = payload, .schema = get_namespace_name(schema), .indexes = {}};
  add_of_tree(&making, condition);
  return {making.indexes.span(), {}, NIL};
}

}  // namespace vecext::pg
