#include "pg/condition/payload_indexes.h"

#include <algorithm>
#include <optional>

#include "core/condition/parse/parse_filter.h"
#include "pg/condition/clause.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace vecext::pg {
namespace {

struct Accessor {
  const char* name;
  IndexedAs as;
};

constexpr Accessor kAccessors[] = {
    {"payload_text", IndexedAs::kText},      {"payload_prefix", IndexedAs::kTextPrefix},
    {"payload_int", IndexedAs::kInt},        {"payload_float", IndexedAs::kFloat},
    {"payload_bool", IndexedAs::kBool},      {"payload_ts", IndexedAs::kTime},
    {"payload_uuid", IndexedAs::kUuid},      {"payload_is_empty", IndexedAs::kIsEmpty},
    {"payload_count", IndexedAs::kCount},    {"payload_is_array", IndexedAs::kIsArray},
    {"payload_nums", IndexedAs::kNumbers},   {"payload_times", IndexedAs::kTimes},
    {"payload_geo_box", IndexedAs::kGeoBox}, {"payload_values", IndexedAs::kContainment},
};

/// The state of reading the indexes of a table.
struct Reading {
  AttrNumber payload;
  Oid schema;
  Arena arena;
  GrowingArray<PayloadIndex> indexes;
  GrowingArray<PayloadPath> scalar_paths;
  List* calls;
};

bool is_payload(const Node* node, const Reading& reading) {
  return IsA(node, Var) && reinterpret_cast<const Var*>(node)->varattno == reading.payload;
}

const Const* constant_of(const Node* node, Oid type) {
  const auto* value = reinterpret_cast<const Const*>(node);
  return IsA(node, Const) && value->consttype == type && !value->constisnull ? value : nullptr;
}

/// A call of an accessor on the payload.
struct AccessorCall {
  IndexedAs as;
  PayloadPath path;
};

/// Returns the call of an accessor that the expression is, or nothing if it is not one.
std::optional<AccessorCall> read_accessor(const Node* node, const Reading& reading) {
  const auto* call = reinterpret_cast<const FuncExpr*>(node);
  if (!IsA(node, FuncExpr) || list_length(call->args) != 2 ||
      get_func_namespace(call->funcid) != reading.schema ||
      !is_payload(static_cast<const Node*>(linitial(call->args)), reading)) {
    return std::nullopt;
  }
  const Const* text = constant_of(static_cast<const Node*>(lsecond(call->args)), TEXTOID);
  const char* name = get_func_name(call->funcid);
  for (const Accessor& accessor : kAccessors) {
    if (text != nullptr && strcmp(name, accessor.name) == 0) {
      PayloadPath path;
      return parse_path(view_of(text->constvalue), reading.arena, &path).ok()
                 ? std::optional{AccessorCall{accessor.as, path}}
                 : std::nullopt;
    }
  }
  return std::nullopt;
}

/// Returns the path of an expression payload -> 'a' -> 0 -> 'b' with at least one step, or nothing
/// if it is another expression.
std::optional<PayloadPath> read_steps(const Node* node, const Reading& reading) {
  PathStep steps[kMostLevels];
  int first = kMostLevels;
  while (IsA(node, OpExpr)) {
    const auto* step = reinterpret_cast<const OpExpr*>(node);
    // Only the server's own operators are accepted: an operator of another schema that is called ->
    // would run with the rights of the role that reads the table.
    if (first == 0 ||
        (step->opfuncid != F_JSONB_OBJECT_FIELD && step->opfuncid != F_JSONB_ARRAY_ELEMENT)) {
      return std::nullopt;
    }
    const auto* value = static_cast<const Node*>(lsecond(step->args));
    PathStep& read = steps[--first];
    if (const Const* key = constant_of(value, TEXTOID)) {
      read = {PathStep::Kind::kKey, view_of(key->constvalue), 0};
    } else if (const Const* index = constant_of(value, INT4OID)) {
      read = {PathStep::Kind::kIndex, {}, DatumGetInt32(index->constvalue)};
    } else {
      return std::nullopt;
    }
    node = static_cast<const Node*>(linitial(step->args));
  }
  if (!is_payload(node, reading) || first == kMostLevels) {
    return std::nullopt;
  }
  const auto count = static_cast<std::size_t>(kMostLevels - first);
  PathStep* copied = reading.arena.array<PathStep>(count);
  memcpy(copied, steps + first, count * sizeof(PathStep));
  return PayloadPath{{copied, count}, {}};
}

/// Reads to_tsvector(config, payload -> 'key'). Returns false if it is another expression.
bool read_tokens(const Node* node, const Reading& reading, PayloadIndex* index) {
  const auto* call = reinterpret_cast<const FuncExpr*>(node);
  if (!IsA(node, FuncExpr) || list_length(call->args) != 2 ||
      get_func_namespace(call->funcid) != PG_CATALOG_NAMESPACE ||
      strcmp(get_func_name(call->funcid), "to_tsvector") != 0) {
    return false;
  }
  const Const* config = constant_of(static_cast<const Node*>(linitial(call->args)), REGCONFIGOID);
  const auto path = read_steps(static_cast<const Node*>(lsecond(call->args)), reading);
  if (config == nullptr || !path.has_value()) {
    return false;
  }
  index->as = IndexedAs::kTokens;
  index->path = *path;
  index->config = DatumGetObjectId(config->constvalue);
  return true;
}

bool needs_gist(IndexedAs as) {
  return as == IndexedAs::kNumbers || as == IndexedAs::kTimes || as == IndexedAs::kGeoBox;
}

/// Reads a column of an index. Returns false if conditions cannot use it.
bool read_column(const Node* node, Oid method, const Reading& reading, PayloadIndex* index) {
  if (method == GIN_AM_OID) {
    if (const auto path = read_steps(node, reading); path.has_value()) {
      index->as = IndexedAs::kContainment;
      index->path = *path;
      return true;
    }
    if (read_tokens(node, reading, index)) {
      return true;
    }
  }
  const std::optional<AccessorCall> call = read_accessor(node, reading);
  if (!call.has_value()) {
    return false;
  }
  index->as = call->as;
  index->path = call->path;
  return (call->as == IndexedAs::kContainment) == (method == GIN_AM_OID) &&
         needs_gist(call->as) == (method == GIST_AM_OID);
}

/// Collects the calls of matches() among the expressions.
void read_calls(const List* expressions, Reading* reading) {
  for (auto* call : list_of<FuncExpr>(expressions)) {
    if (IsA(call, FuncExpr) && get_func_namespace(call->funcid) == reading->schema &&
        strncmp(get_func_name(call->funcid), "matches", strlen("matches")) == 0) {
      reading->calls = lappend(reading->calls, call);
    }
  }
}

void read_index(Relation index, Reading* reading) {
  List* expressions = RelationGetIndexExpressions(index);
  read_calls(expressions, reading);
  read_calls(RelationGetIndexPredicate(index), reading);
  int next = 0;
  for (int i = 0; i < index->rd_index->indnkeyatts; ++i) {
    const AttrNumber attribute = index->rd_index->indkey.values[i];
    PayloadIndex column{};
    column.opfamily = index->rd_opfamily[i];
    column.collation = index->rd_indcollation[i];
    if (attribute == reading->payload && op_in_opfamily(kJsonbContains, column.opfamily)) {
      column.as = IndexedAs::kContainment;
      column.expression =
          reinterpret_cast<const Node*>(makeVar(1, attribute, JSONBOID, -1, InvalidOid, 0));
      reading->indexes.push(column, CurrentMemoryContext);
    }
    if (attribute != InvalidAttrNumber) {
      continue;
    }
    column.expression = static_cast<const Node*>(list_nth(expressions, next++));
    if (read_column(column.expression, index->rd_rel->relam, *reading, &column)) {
      reading->indexes.push(column, CurrentMemoryContext);
    }
  }
}

/// Adds the path if the expression is that of CHECK (NOT payload_is_array(payload, path)).
void read_check(const Node* node, Reading* reading) {
  const auto* negation = reinterpret_cast<const BoolExpr*>(node);
  if (!IsA(node, BoolExpr) || negation->boolop != NOT_EXPR) {
    return;
  }
  const auto call = read_accessor(static_cast<const Node*>(linitial(negation->args)), *reading);
  if (call.has_value() && call->as == IndexedAs::kIsArray) {
    reading->scalar_paths.push(call->path, CurrentMemoryContext);
  }
}

void read_checks(Relation table, Reading* reading) {
  const TupleConstr* constraints = RelationGetDescr(table)->constr;
  for (int i = 0; constraints != nullptr && i < constraints->num_check; ++i) {
    const ConstrCheck& check = constraints->check[i];
    // Queries read the tables that inherit from this one, too, so a NO INHERIT constraint does not
    // count. The expression is not simplified, as that would run functions of the table's owner.
    if (check.ccvalid && !check.ccnoinherit) {
      read_check(static_cast<const Node*>(stringToNode(check.ccbin)), reading);
    }
  }
}

}  // namespace

PayloadIndexes payload_indexes(Oid table, AttrNumber payload, Oid schema) {
  const Relation relation = table_open(table, NoLock);
  Reading reading{.payload = payload,
                  .schema = schema,
                  .arena = context_arena(CurrentMemoryContext),
                  .indexes = {},
                  .scalar_paths = {},
                  .calls = NIL};
  List* indexes = RelationGetIndexList(relation);
  for (const Oid relid : oids_of(indexes)) {
    const Relation index = index_open(relid, AccessShareLock);
    if (index->rd_index->indisvalid) {
      read_index(index, &reading);
    }
    index_close(index, NoLock);
  }
  list_free(indexes);
  read_checks(relation, &reading);
  table_close(relation, NoLock);
  return {reading.indexes.span(), reading.scalar_paths.span(), reading.calls};
}

bool is_same_path(const PayloadPath& a, const PayloadPath& b) {
  return std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(),
                    [](const PathStep& x, const PathStep& y) {
                      return x.kind == y.kind && x.index == y.index && x.key == y.key;
                    });
}

bool is_index_of(const PayloadIndex& index, IndexedAs as, const PayloadPath& path) {
  return index.as == as && is_same_path(index.path, path);
}

const PayloadIndex* find_index(const PayloadIndexes& indexes, IndexedAs as,
                               const PayloadPath& path) {
  for (const PayloadIndex& index : indexes.indexes) {
    if (is_index_of(index, as, path)) {
      return &index;
    }
  }
  return nullptr;
}

bool is_scalar(const PayloadIndexes& indexes, const PayloadPath& path) {
  return std::any_of(indexes.scalar_paths.begin(), indexes.scalar_paths.end(),
                     [&](const PayloadPath& scalar) { return is_same_path(scalar, path); });
}

}  // namespace vecext::pg
