#include "pg/condition/expand.h"

#include <cmath>

#include "core/condition/share.h"
#include "pg/condition/clause.h"
#include "pg/condition/filter.h"
#include "pg/condition/filter_dialect.h"
#include "pg/condition/index_conditions.h"
#include "pg/condition/indexed_texts.h"
#include "pg/condition/matched_rows.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_func.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {
namespace {

bool is_filter(const Const* filter) {
  return IsA(filter, Const) && !filter->constisnull &&
         (filter->consttype == JSONBOID || filter->consttype == TEXTOID);
}

/// Returns the dialect of a call's filter. It is an argument of a call of matches_recheck().
/// Otherwise it follows from the function's name or from the filter.
FilterDialect dialect_of_call(Oid function, const List* arguments) {
  const auto* filter = static_cast<const Const*>(lsecond(arguments));
  const char* name = get_func_name(function);
  if (list_length(arguments) > 2) {
    const auto* dialect = static_cast<const Const*>(lthird(arguments));
    return dialect_of_name(TextDatumGetCString(dialect->constvalue));
  }
  if (strcmp(name, "matches_langchain") == 0) {
    return FilterDialect::kLangchain;
  }
  if (strcmp(name, "matches_llamaindex") == 0) {
    return FilterDialect::kLlamaindex;
  }
  return dialect_of_value(filter->constvalue, filter->consttype);
}

/// True if the dialect of the call is known. If a user has written a call of matches_recheck(), its
/// dialect need not be a constant.
bool has_known_dialect(const List* arguments) {
  if (list_length(arguments) <= 2) {
    return true;
  }
  const auto* dialect = static_cast<const Const*>(lthird(arguments));
  return IsA(dialect, Const) && !dialect->constisnull;
}

Const* constant(Oid type, Datum value, int length, bool by_value) {
  const Oid collation = type == TEXTOID ? DEFAULT_COLLATION_OID : InvalidOid;
  return makeConst(type, -1, collation, length, value, false, by_value);
}

Const* text_constant(const char* value) {
  return constant(TEXTOID, CStringGetTextDatum(value), -1, false);
}

/// Returns the filter as text, which the recheck parses.
Const* filter_text(const Const* filter) {
  if (filter->consttype == TEXTOID) {
    return static_cast<Const*>(copyObjectImpl(filter));
  }
  Jsonb* document = DatumGetJsonbP(filter->constvalue);
  return text_constant(JsonbToCString(nullptr, &document->root, VARSIZE(document)));
}

/// Positions of arguments of matches_recheck().
constexpr int kShareArgument = 3;
constexpr int kIdArgument = 4;     // only for rows
constexpr int kLastOfPayload = 3;  // the configurations of text indexes come after it, if any
constexpr int kLastOfRow = 6;      // the same

/// True if the arguments are those of matches_recheck() of a row.
bool is_recheck_of_row(const List* arguments) {
  return list_length(arguments) > kLastOfRow;
}

/// Returns the configurations of text indexes among the arguments of a call, or null if they are
/// not a constant.
const Const* configs_argument(const List* arguments) {
  const int last = is_recheck_of_row(arguments) ? kLastOfRow : kLastOfPayload;
  if (list_length(arguments) <= last + 1) {
    return nullptr;
  }
  const auto* configs = static_cast<const Const*>(llast(arguments));
  return IsA(configs, Const) && !configs->constisnull ? configs : nullptr;
}

bool has_kind(const Condition& condition, ConditionKind kind) {
  bool has = condition.kind == kind;
  for (const Condition* child : condition.children) {
    has = has || has_kind(*child, kind);
  }
  return has;
}

bool has_negation(const Condition& condition) {
  return has_kind(condition, ConditionKind::kNot) || has_kind(condition, ConditionKind::kNotIn);
}

/// True if the tree asks for more of the row than its payload.
bool needs_row(const Condition& condition) {
  return has_kind(condition, ConditionKind::kHasId) ||
         has_kind(condition, ConditionKind::kHasVector) ||
         has_kind(condition, ConditionKind::kSlice);
}

Node* array_expression(Oid type, Oid collation, List* elements) {
  auto* array = makeNode(ArrayExpr);
  array->array_typeid = get_array_type(type);
  array->array_collid = collation;
  array->element_typeid = type;
  array->elements = elements;
  array->location = -1;
  return reinterpret_cast<Node*>(array);
}

/// Returns two arguments of matches_recheck(): the names of the collection's vectors, and an array
/// that tells which of them the row has.
List* vector_arguments(const Target& target) {
  List* names = NIL;
  List* present = NIL;
  for (const CollectionVector& vector : target.collection->all_vectors()) {
    auto* test = makeNode(NullTest);
    test->arg = reinterpret_cast<Expr*>(column_of(target, vector.column));
    test->nulltesttype = IS_NOT_NULL;
    test->location = -1;
    names = lappend(names, text_constant(vector.name));
    present = lappend(present, test);
  }
  return list_make2(array_expression(TEXTOID, DEFAULT_COLLATION_OID, names),
                    array_expression(BOOLOID, InvalidOid, present));
}

Expr* recheck_call(List* arguments) {
  constexpr Oid kTypes[] = {JSONBOID,       TEXTOID,      TEXTOID,      FLOAT8OID,
                            ANYNONARRAYOID, TEXTARRAYOID, BOOLARRAYOID, REGCONFIGARRAYOID};
  constexpr Oid kTypesOfPayload[] = {JSONBOID, TEXTOID, TEXTOID, FLOAT8OID, REGCONFIGARRAYOID};
  List* name =
      list_make2(makeString(pstrdup("vecext_internal")), makeString(pstrdup("matches_recheck")));
  const Oid function = LookupFuncName(
      name, list_length(arguments), is_recheck_of_row(arguments) ? kTypes : kTypesOfPayload, false);
  return reinterpret_cast<Expr*>(makeFuncExpr(function, BOOLOID, arguments, InvalidOid,
                                              DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL));
}

/// Returns the columns that conditions are about.
RowColumns columns_of(const Target& target, Oid schema) {
  RowColumns row{};
  row.schema = schema;
  row.payload = target.payload;
  if (target.collection != nullptr) {
    row.payload_may_be_null = target.payload != nullptr && may_lack_payload(target);
    row.id = column_of(target, target.collection->id);
  }
  return row;
}

Node* payload_argument(const RowColumns& row) {
  return row.payload != nullptr ? row.payload
                                : reinterpret_cast<Node*>(makeConst(JSONBOID, -1, InvalidOid, -1,
                                                                    Datum{0}, true, false));
}

/// True if the call needs the recheck of a row. The recheck of a payload alone is strict, while the
/// recheck of a row takes a null payload for an empty object.
bool rechecks_row(const Target& target, const RowColumns& row, const Condition& condition) {
  return target.collection != nullptr &&
         (row.payload == nullptr || row.payload_may_be_null || needs_row(condition));
}

/// True if the query has an outer join, which makes rows of nulls: the recheck of a row would take
/// such a row for one without a payload.
bool has_outer_join(const PlannerInfo* root) {
  for (const auto* entry : list_of<RangeTblEntry>(root->parse->rtable)) {
    if (entry->rtekind == RTE_JOIN && IS_OUTER_JOIN(entry->jointype)) {
      return true;
    }
  }
  return false;
}

/// True if each vector that a condition names is one of the collection.
bool has_vectors(const Condition& condition, const Collection& collection) {
  if (condition.kind == ConditionKind::kHasVector) {
    return find_vector(collection, condition.text) != nullptr;
  }
  bool has = true;
  for (const Condition* child : condition.children) {
    has = has && has_vectors(*child, collection);
  }
  return has;
}

/// True if the row has a column of the right type for each vector of the collection. It may lack
/// some, as any view may have the name of an alias.
bool is_whole_row(const Target& target) {
  for (const CollectionVector& vector : target.collection->all_vectors()) {
    const Node* value = column_of(target, vector.column);
    if (value == nullptr || exprType(value) != get_atttype(target.relid, vector.column)) {
      return false;
    }
  }
  return true;
}

/// True if the payload, or the row, is enough to decide the condition. If it is not, matches()
/// itself raises an error.
bool can_decide(const Target& target, const Condition& condition) {
  return target.collection == nullptr
             ? !needs_row(condition)
             : is_whole_row(target) && has_vectors(condition, *target.collection) &&
                   impossible_id(condition, target.collection->id_type) == nullptr;
}

/// True if an index has the call in its predicate or as an expression. The call must stay then, as
/// the planner finds such an index by an equal call.
bool is_indexed(const PayloadIndexes& indexes, const FuncExpr* call) {
  const auto* payload = static_cast<const Var*>(linitial(call->args));
  auto* of_index = static_cast<Node*>(copyObjectImpl(call));
  ChangeVarNodes(of_index, static_cast<int>(payload->varno), 1, 0);
  return list_member(indexes.calls, of_index);
}

/// Returns the append relation (a partitioned table or a UNION ALL) that the table of the Var is a
/// member of, or null if there is none.
const AppendRelInfo* parent_of(const PlannerInfo* root, const Var* var) {
  return root->append_rel_array == nullptr ||
                 static_cast<int>(var->varno) >= root->simple_rel_array_size
             ? nullptr
             : root->append_rel_array[var->varno];
}

/// True if the argument is from an expression of the catalog. Once the planner has set up its
/// relations, it simplifies the conditions of append relations' members once more, and expressions
/// of the catalog. These are constraints, whose Vars have the number of another table at that time,
/// and, from PostgreSQL 19 on, expressions of indexes, whose calls must stay for the planner to
/// find them.
bool is_of_catalog(const PlannerInfo* root, const Node* argument) {
  return root->simple_rel_array != nullptr && IsA(argument, Var) &&
         parent_of(root, reinterpret_cast<const Var*>(argument)) == nullptr;
}

/// True if the argument is of a partition. A partition gets the conditions of its partitioned
/// table, which are expanded already, simplified once more.
bool is_of_partition(const PlannerInfo* root, const Node* argument) {
  const AppendRelInfo* parent =
      IsA(argument, Var) ? parent_of(root, reinterpret_cast<const Var*>(argument)) : nullptr;
  return parent != nullptr && OidIsValid(parent->parent_reloid);
}

/// True if the argument is of the table that the statement writes. In INSERT ... ON CONFLICT, the
/// server finds the index of the conflict by an equal expression, and searches no index of the
/// table. OLD and NEW in RETURNING may be null instead of a row.
bool is_written(const PlannerInfo* root, const Node* argument) {
  const auto* var = reinterpret_cast<const Var*>(argument);
  return IsA(argument, Var) &&
         (is_old_or_new(var) || (root->parse->onConflict != nullptr &&
                                 static_cast<int>(var->varno) == root->parse->resultRelation));
}

PayloadIndexes indexes_of(const Target& target, Oid schema) {
  return target.payload == nullptr ? PayloadIndexes{}
                                   : payload_indexes(target.relid, target.payload_column, schema);
}

/// The location that marks the filter of a call that was kept beside its clauses, so that it is not
/// expanded twice. Comparisons ignore locations, and the server keeps them when it simplifies the
/// call again, as it does within an AND.
constexpr int kExpandedLocation = -2;

/// Returns the clauses that indexes serve AND the call itself. Returns null if there is no clause.
Node* keep_call(const Narrowed& narrowed, const FuncExpr* call) {
  if (narrowed.clause == nullptr) {
    return nullptr;
  }
  auto* kept = static_cast<FuncExpr*>(copyObjectImpl(call));
  static_cast<Const*>(lsecond(kept->args))->location = kExpandedLocation;
  return reinterpret_cast<Node*>(make_andclause_of(narrowed.clause, reinterpret_cast<Expr*>(kept)));
}

/// True if grouping sets may make the row, or only its columns, null in some groups. An expanded
/// call has the columns in place of the row. An expression above the grouping can be about the row
/// itself if the query groups by the row, or by the table's primary key (constraintDeps).
bool groups_by_row(const Query* query, const Target& target) {
  if (target.collection == nullptr || query->groupingSets == NIL) {
    return false;
  }
  if (query->constraintDeps != NIL || !IsA(target.row, Var)) {
    return true;
  }
  for (auto* clause : list_of<SortGroupClause>(query->groupClause)) {
    if (equal(get_sortgroupclause_expr(clause, query->targetList), target.row)) {
      return true;
    }
  }
  return false;
}

/// True if an expression has a call of the same function about the same argument.
bool has_call(Node* node, void* context) {
  const auto* call = static_cast<const FuncExpr*>(context);
  if (node == nullptr) {
    return false;
  }
  if (IsA(node, FuncExpr)) {
    const auto* other = reinterpret_cast<const FuncExpr*>(node);
    if (other->funcid == call->funcid && equal(linitial(other->args), linitial(call->args))) {
      return true;
    }
  }
  return walk_expression(node, has_call, context);
}

/// The planner's root whose expressions are being simplified without expanding calls, or null.
const PlannerInfo* unexpanded_root;

/// Returns an expression of the query as the planner simplifies it, with the same parameters, but
/// without expanding calls of matches().
Node* simplify_unexpanded(PlannerInfo* root, Node* expression) {
  const PlannerInfo* const before = unexpanded_root;
  Node* simple = nullptr;
  unexpanded_root = root;
  PG_TRY();
  { simple = eval_const_expressions(root, expression); }
  PG_FINALLY();
  { unexpanded_root = before; }
  PG_END_TRY();
  return simple;
}

/// True if the query computes such a call above its grouping sets. An expression that the query
/// groups by is null in some sets, and the server finds it there by comparing expressions. So the
/// call must stay as it is: an expanded call would no longer be equal to the expression, or might
/// have parts that are.
bool is_above_grouping_sets(PlannerInfo* root, const FuncExpr* call) {
  const Query* query = root->parse;
  if (query->groupingSets == NIL) {
    return false;
  }
  // The call may still be hidden in a function that the server inlines.
  List* computed = list_make2(query->targetList, query->havingQual);
  Node* simple = simplify_unexpanded(root, static_cast<Node*>(copyObjectImpl(computed)));
  return has_call(simple, const_cast<FuncExpr*>(call));
}

}  // namespace

const Condition* constant_condition(Oid function, const List* arguments) {
  const auto* filter = static_cast<const Const*>(lsecond(arguments));
  const Condition* condition = nullptr;
  if (!is_filter(filter) || !has_known_dialect(arguments)) {
    return nullptr;
  }
  const ParseError error = parse_filter_value(filter->constvalue, filter->consttype,
                                              dialect_of_call(function, arguments),
                                              context_arena(CurrentMemoryContext), &condition);
  if (!error.ok()) {
    return nullptr;
  }
  const Const* configs = configs_argument(arguments);
  return configs == nullptr ? condition : with_given_configs(condition, configs->constvalue);
}

double share_of_matches(const SupportRequestSelectivity* request) {
  const Condition* condition = constant_condition(request->funcid, request->args);
  const auto* argument = static_cast<const Node*>(linitial(request->args));
  if (condition == nullptr) {
    return kUnknownShare;
  }
  const auto target =
      request->root == nullptr ? std::nullopt : find_target(request->root, argument);
  if (!target.has_value() || target->collection != nullptr) {
    return share_of(*condition);
  }
  const Oid schema = get_func_namespace(request->funcid);
  const PayloadIndexes indexes = indexes_of(*target, schema);
  const FuncExpr* call = makeFuncExpr(request->funcid, BOOLOID, request->args, InvalidOid,
                                      request->inputcollid, COERCE_EXPLICIT_CALL);
  return is_indexed(indexes, call)
             ? narrow(*condition, columns_of(*target, schema), indexes, request).share
             : share_of(*condition);
}

double share_of_recheck(const SupportRequestSelectivity* request) {
  const auto* share = static_cast<const Const*>(list_nth(request->args, kShareArgument));
  const double given =
      IsA(share, Const) && !share->constisnull ? DatumGetFloat8(share->constvalue) : NAN;
  // A user may call the function with any number. The server raises an error for a selectivity that
  // is not between 0 and 1.
  const double known = given >= 0 && given <= 1 ? given : kUnknownShare;
  const Condition* condition = constant_condition(request->funcid, request->args);
  if (request->root == nullptr || condition == nullptr || !has_negation(*condition)) {
    return known;
  }
  const auto target = find_target(request->root, static_cast<const Node*>(linitial(request->args)));
  if (!target.has_value()) {
    return known;
  }
  const bool is_of_row = is_recheck_of_row(request->args);
  // matches_recheck() is in another schema than the accessors of payloads.
  const Oid schema = get_namespace_oid("vecext", true);
  const RowColumns row{
      .payload = target->payload,
      .payload_may_be_null = is_of_row,
      .id = is_of_row ? static_cast<Node*>(list_nth(request->args, kIdArgument)) : nullptr,
      .schema = schema};
  return narrow(*condition, row, indexes_of(*target, schema), request).share;
}

Node* expand_matches(PlannerInfo* root, const FuncExpr* call) {
  const auto* argument = static_cast<const Node*>(linitial(call->args));
  const auto* filter = static_cast<const Const*>(lsecond(call->args));
  if (root == nullptr || root == unexpanded_root || !is_filter(filter) ||
      filter->location == kExpandedLocation || is_of_catalog(root, argument) ||
      is_of_partition(root, argument) || is_written(root, argument)) {
    return nullptr;
  }
  const std::optional<Target> found = find_target(root, argument);
  if (!found.has_value()) {
    return nullptr;
  }
  const Target& target = *found;
  const Condition* condition = constant_condition(call->funcid, call->args);
  if (groups_by_row(root->parse, target) || is_above_grouping_sets(root, call) ||
      condition == nullptr || !can_decide(target, *condition)) {
    return nullptr;
  }
  if (target.collection != nullptr) {
    condition = with_indexed_configs(condition, *target.collection);
  }
  const Oid schema = get_func_namespace(call->funcid);
  const RowColumns row = columns_of(target, schema);
  const bool is_of_row = rechecks_row(target, row, *condition);
  // Below an outer join, the row of a view is a row of nulls, not a null.
  const bool is_of_view = target.collection != nullptr && IsA(target.row, RowExpr);
  if ((is_of_row || is_of_view) && has_outer_join(root)) {
    return nullptr;
  }
  const PayloadIndexes indexes = indexes_of(target, schema);
  const Narrowed narrowed = narrow(*condition, row, indexes);
  if (target.collection == nullptr && is_indexed(indexes, call)) {
    return keep_call(narrowed, call);
  }
  List* arguments = list_make4(payload_argument(row), filter_text(filter),
                               text_constant(name_of(dialect_of_call(call->funcid, call->args))),
                               float8_const(narrowed.share));
  if (is_of_row) {
    arguments = lappend(arguments, row.id);
    arguments = list_concat(arguments, vector_arguments(target));
  }
  if (Const* configs = indexed_configs(*condition)) {
    arguments = lappend(arguments, configs);
  }
  Expr* recheck = recheck_call(arguments);
  return reinterpret_cast<Node*>(
      narrowed.clause == nullptr ? recheck : make_andclause_of(narrowed.clause, recheck));
}

}  // namespace vecext::pg
