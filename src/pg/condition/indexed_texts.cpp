#include "pg/condition/indexed_texts.h"

#include <algorithm>

#include "core/condition/parse/parse_filter.h"
#include "pg/condition/payload_indexes.h"
#include "pg/condition/token_query.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "utils/array.h"
}

namespace vecext::pg {

namespace {

bool takes_indexed_config(const Condition& condition) {
  return is_about_tokens(condition) && condition.config.empty();
}

/// Calls `visit` with each condition that may take the configuration of an index, in the order of
/// the tree. Paths within a nested condition begin at an element of an array, to which no text
/// index leads.
template <class Visit>
void each_text(const Condition& condition, const Visit& visit) {
  if (takes_indexed_config(condition)) {
    visit(condition);
  }
  if (condition.kind != ConditionKind::kNested) {
    for (const Condition* child : condition.children) {
      each_text(*child, visit);
    }
  }
}

/// Returns a copy in which such conditions have the configurations that `config_of` returns.
template <class ConfigOf>
const Condition* copy_with(const Condition& condition, const ConfigOf& config_of) {
  auto* copy = palloc_object<Condition>(condition);
  if (takes_indexed_config(condition)) {
    copy->config_id = config_of(condition);
  }
  if (condition.kind != ConditionKind::kNested && !condition.children.empty()) {
    auto* children = palloc_array<const Condition*>(condition.children.size());
    std::transform(condition.children.begin(), condition.children.end(), children,
                   [&](const Condition* child) { return copy_with(*child, config_of); });
    copy->children = {children, condition.children.size()};
  }
  return copy;
}

/// Returns the configuration of the text index on the path, or InvalidOid if there is none.
Oid config_at(const PayloadPath& path, const Collection& collection) {
  for (const CollectionTextIndex& index : collection.all_text_indexes()) {
    PayloadPath indexed;
    if (parse_path(index.key, context_arena(CurrentMemoryContext), &indexed).ok() &&
        is_same_path(indexed, path)) {
      return index.config;
    }
  }
  return InvalidOid;
}

}  // namespace

const Condition* with_indexed_configs(const Condition* condition, const Collection& collection) {
  bool has_text = false;
  each_text(*condition, [&](const Condition&) { has_text = true; });
  if (!has_text) {
    return condition;
  }
  return copy_with(*condition,
                   [&](const Condition& text) { return config_at(text.path, collection); });
}

Const* indexed_configs(const Condition& condition) {
  GrowingArray<Datum> configs{};
  bool has_any = false;
  each_text(condition, [&](const Condition& text) {
    has_any = has_any || OidIsValid(text.config_id);
    configs.push(ObjectIdGetDatum(text.config_id), CurrentMemoryContext);
  });
  if (!has_any) {
    return nullptr;
  }
  const Datum array = array_datum(REGCONFIGOID, configs.span());
  return makeConst(REGCONFIGARRAYOID, -1, InvalidOid, -1, array, false, false);
}

const Condition* with_given_configs(const Condition* condition, Datum configs) {
  ArrayElements given{};
  deconstruct_array(DatumGetArrayTypeP(configs), REGCONFIGOID, sizeof(Oid), true, TYPALIGN_INT,
                    &given.at, &given.is_null, &given.count);
  int next = 0;
  return copy_with(*condition, [&](const Condition&) {
    const int i = next++;
    return i < given.count && !given.is_null[i] ? DatumGetObjectId(given.at[i]) : InvalidOid;
  });
}

}  // namespace vecext::pg
