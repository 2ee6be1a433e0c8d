// The planner's support function of <@> and @@@ with a query that names no index. It finds the bm25
// index of the left operand, and replaces the call by the operator that takes a vecext.bm25_query.
// It works wherever the planner plans a call: for literals and parameters, in functions, views and
// prepared statements. A query that names the index of the left operand itself is replaced in the
// same way, so that its user needs only the right to read the column.
#include "pg/am/bm25/bm25.h"
#include "pg/am/bm25/bm25_query.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/opclass.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"
#include "pg/sys/varlena.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "access/genam.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// The index of a column or expression.
struct FoundIndex {
  Oid index;
  bool is_partial;
  ClassOperator op;
};

Node* without_relabels(Node* node) {
  while (node != nullptr && IsA(node, RelabelType)) {
    node = reinterpret_cast<Node*>(reinterpret_cast<RelabelType*>(node)->arg);
  }
  return node;
}

// --- The index -----------------------------------------------------------------------------------

/// True if the first column of the index is the operand, whose Vars are of table 1.
bool has_operand(Relation index, Node* operand) {
  const AttrNumber column = index->rd_index->indkey.values[0];
  if (column != 0) {
    return IsA(operand, Var) && reinterpret_cast<Var*>(operand)->varattno == column;
  }
  auto* expression = static_cast<Node*>(linitial(RelationGetIndexExpressions(index)));
  return equal(without_relabels(expression), operand);
}

/// Which index is looked for.
struct IndexRequest {
  Oid named;  // only this index; InvalidOid for any index
  Oid type;   // the type of the operand
  int16 strategy;
  PlannerGlobal* plan;  // the plan that the index is looked for
};

/// True if `index` comes before the index found before it, for a query that names no index. An
/// index without a predicate comes before a partial one, and of two alike the first by name. The
/// name stays the same in a dump and when an index is rebuilt concurrently, but the OID does not.
bool is_preferred(Relation index, bool is_partial, const FoundIndex& found) {
  if (!OidIsValid(found.index)) {
    return true;
  }
  return is_partial == found.is_partial
             ? strcmp(RelationGetRelationName(index), get_rel_name(found.index)) < 0
             : found.is_partial;
}

/// True if the role may read the columns of an index's predicate. Only then may a query of the role
/// use the index, because a score tells whether a row is in the index. If the role is the current
/// user, the plan cache keeps the plan for that role alone.
bool may_read_predicate(PlannerGlobal* plan, Relation index, Oid role) {
  plan->dependsOnRole = plan->dependsOnRole || role == GetUserId();
  const Oid table = index->rd_index->indrelid;
  if (pg_class_aclcheck(table, role, ACL_SELECT) == ACLCHECK_OK) {
    return true;
  }
  Bitmapset* columns = nullptr;
  pull_varattnos(reinterpret_cast<Node*>(RelationGetIndexPredicate(index)), 1, &columns);
  for (int member = -1; (member = bms_next_member(columns, member)) >= 0;) {
    const int column = member + FirstLowInvalidHeapAttributeNumber;
    if (column == InvalidAttrNumber || pg_attribute_aclcheck(table, static_cast<AttrNumber>(column),
                                                             role, ACL_SELECT) != ACLCHECK_OK) {
      return false;
    }
  }
  return true;
}

/// Looks for the index of an operand, whose Vars are of table 1. `role` reads the table.
FoundIndex index_on_table(Oid table_oid, Oid role, Node* operand, const IndexRequest& request) {
  FoundIndex found{};
  const Relation table = table_open(table_oid, AccessShareLock);
  List* indexes = RelationGetIndexList(table);
  for (const Oid oid : oids_of(indexes)) {
    const Relation index = index_open(oid, AccessShareLock);
    const bool is_partial = RelationGetIndexPredicate(index) != NIL;
    const bool is_better = OidIsValid(request.named) ? RelationGetRelid(index) == request.named
                                                     : is_preferred(index, is_partial, found);
    if (is_better && index->rd_index->indisvalid && access_method_of(index) == &kBm25Method &&
        orders_by_distance(index) && index->rd_opcintype[0] == request.type &&
        has_operand(index, operand) &&
        (!is_partial || may_read_predicate(request.plan, index, role))) {
      found = {RelationGetRelid(index), is_partial,
               find_class_operator(index->rd_opfamily[0], request.type, request.strategy)};
    }
    index_close(index, NoLock);
  }
  table_close(table, NoLock);
  return found;
}

/// A query, and the queries around it.
struct QueryLevel {
  const Query* query;
  const QueryLevel* above;
};

const Query* query_of_cte(const Query* query, const char* name) {
  for (const auto* cte : list_of<CommonTableExpr>(query->cteList)) {
    if (strcmp(cte->ctename, name) == 0 && IsA(cte->ctequery, Query)) {
      return reinterpret_cast<const Query*>(cte->ctequery);
    }
  }
  return nullptr;
}

/// Returns the query that an entry of the range table stands for. The member `query` of the result
/// is null if the entry does not stand for a query.
QueryLevel query_of_table(const QueryLevel* level, const RangeTblEntry* rte) {
  if (rte->rtekind != RTE_CTE) {
    return {rte->subquery, level};
  }
  for (Index i = 0; i < rte->ctelevelsup && level != nullptr; ++i) {
    level = level->above;
  }
  return {level == nullptr ? nullptr : query_of_cte(level->query, rte->ctename), level};
}

FoundIndex find_index(const QueryLevel* level, Node* operand, const IndexRequest& request);

/// Looks for the index of an operand in the table or query to which its Vars `vars`, of query level
/// `level`, lead.
FoundIndex index_in_query(const QueryLevel* level, Node* operand, List* vars,
                          const IndexRequest& request) {
  if (vars == NIL) {
    return {};  // the operand is an expression without a table, by which the query groups
  }
  const List* tables = level->query->rtable;
  const int table = IsA(linitial(vars), Var) ? linitial_node(Var, vars)->varno : 0;
  for (const auto* var : list_of<Var>(vars)) {
    if (!IsA(var, Var) || var->varno != table || var->varattno <= 0) {
      return {};
    }
  }
  if (table < 1 || table > list_length(tables)) {
    return {};
  }
  const RangeTblEntry* rte = rt_fetch(table, tables);
  if (rte->rtekind == RTE_RELATION) {
    auto* moved = static_cast<Node*>(copyObjectImpl(operand));
    ChangeVarNodes(moved, table, 1, 0);
    return index_on_table(rte->relid, reading_role(level->query, rte), moved, request);
  }
  const QueryLevel below = query_of_table(level, rte);
  if (below.query == nullptr || below.query->setOperations != nullptr || !IsA(operand, Var)) {
    return {};
  }
  const TargetEntry* target =
      get_tle_by_resno(below.query->targetList, reinterpret_cast<Var*>(operand)->varattno);
  return target == nullptr ? FoundIndex{}
                           : find_index(&below, reinterpret_cast<Node*>(target->expr), request);
}

/// A mutator that returns an expression as it is written in an index, without the marks that the
/// planner adds to a query's expression where an outer join may set it to null.
Node* without_outer_joins(Node* node, void*) {
  if (node == nullptr) {
    return nullptr;
  }
  if (IsA(node, PlaceHolderVar)) {
    auto* expression = reinterpret_cast<Node*>(reinterpret_cast<PlaceHolderVar*>(node)->phexpr);
    return without_outer_joins(expression, nullptr);
  }
  if (IsA(node, Var)) {
    return without_nulling_relids(reinterpret_cast<const Var*>(node));
  }
  return mutate_expression(node, without_outer_joins, nullptr);
}

/// Looks for the index of an operand, whose Vars may belong to a query around its own.
FoundIndex find_index(const QueryLevel* level, Node* operand, const IndexRequest& request) {
  operand = without_relabels(without_outer_joins(operand, nullptr));
  for (int up = 0; level != nullptr; level = level->above, ++up) {
    if (pull_vars_of_level(operand, up) != NIL) {
      auto* moved = static_cast<Node*>(copyObjectImpl(operand));
      IncrementVarSublevelsUp(moved, -up, up);
      moved = without_relabels(without_grouping(level->query, moved));
      return index_in_query(level, moved, pull_vars_of_level(moved, 0), request);
    }
  }
  return {};
}

FoundIndex find_index(const PlannerInfo* root, Node* operand, const IndexRequest& request) {
  constexpr int kMostLevels = 64;
  QueryLevel levels[kMostLevels];
  int count = 0;
  for (; root != nullptr && count < kMostLevels; root = root->parent_root, ++count) {
    levels[count] = {root->parse, nullptr};
    if (count > 0) {
      levels[count - 1].above = &levels[count];
    }
  }
  return find_index(levels, operand, request);
}

// --- The call ------------------------------------------------------------------------------------

/// Returns the query packed with the index. It is a constant if the query is one.
Node* pack(Oid called, Node* query, const FoundIndex& found) {
  const Oid type = exprType(query);
  if (IsA(query, Const) && !reinterpret_cast<Const*>(query)->constisnull) {
    const Datum value = reinterpret_cast<Const*>(query)->constvalue;
    Bm25Query* packed;
    if (type == TSQUERYOID) {
      packed = pack_tsquery(found.index, DatumGetTSQuery(value));
    } else {
      packed = pack_words(found.index, view_of(DatumGetTextPP(value)));
    }
    return reinterpret_cast<Node*>(
        makeConst(found.op.query_type, -1, InvalidOid, -1, PointerGetDatum(packed), false, false));
  }
  const Oid function = packing_function(get_func_namespace(called), type, true);
  if (!OidIsValid(function)) {
    return nullptr;
  }
  Const* index = makeConst(REGCLASSOID, -1, InvalidOid, sizeof(Oid), ObjectIdGetDatum(found.index),
                           false, true);
  Const* mark = makeNullConst(INTERNALOID, -1, InvalidOid);
  // The form is a cast, so that EXPLAIN shows ($1)::vecext.bm25_query.
  return reinterpret_cast<Node*>(makeFuncExpr(function, found.op.query_type,
                                              list_make3(query, index, mark), InvalidOid,
                                              InvalidOid, COERCE_IMPLICIT_CAST));
}

/// Returns the index that a call of bm25_query(query, index) names, or InvalidOid if the node is
/// not such a call.
Oid index_named_by(Oid called, Node* node) {
  const auto* call = reinterpret_cast<const FuncExpr*>(node);
  if (!IsA(node, FuncExpr) || list_length(call->args) != 2 || !IsA(lsecond(call->args), Const)) {
    return InvalidOid;
  }
  const auto* index = lsecond_node(Const, call->args);
  const Oid type = exprType(static_cast<Node*>(linitial(call->args)));
  return !index->constisnull &&
                 call->funcid == packing_function(get_func_namespace(called), type, false)
             ? DatumGetObjectId(index->constvalue)
             : InvalidOid;
}

/// Returns the type of a function's argument.
Oid argument_type(Oid function, int i) {
  Oid* types;
  int count;
  (void)get_func_signature(function, &types, &count);
  return i < count ? types[i] : InvalidOid;
}

Node* simplify(const SupportRequestSimplify* request) {
  FuncExpr* call = request->fcall;
  if (request->root == nullptr || list_length(call->args) != 2) {
    return nullptr;
  }
  auto* operand = static_cast<Node*>(linitial(call->args));
  auto* query = static_cast<Node*>(lsecond(call->args));
  IndexRequest wanted{};
  wanted.plan = request->root->glob;
  wanted.type = argument_type(call->funcid, 0);
  wanted.strategy = call->funcresulttype == BOOLOID ? kMatchStrategy : kDistanceStrategy;
  const Oid type = argument_type(call->funcid, 1);
  if (type != TEXTOID && type != TSQUERYOID) {
    wanted.named = index_named_by(call->funcid, query);
    if (!OidIsValid(wanted.named)) {
      return nullptr;
    }
    query = static_cast<Node*>(linitial(reinterpret_cast<FuncExpr*>(query)->args));
  }
  const FoundIndex found = find_index(request->root, operand, wanted);
  if (!OidIsValid(found.index) || !OidIsValid(found.op.op)) {
    return nullptr;
  }
  query = pack(call->funcid, query, found);
  if (query == nullptr) {
    return nullptr;
  }
  auto* replaced = reinterpret_cast<OpExpr*>(
      make_opclause(found.op.op, call->funcresulttype, false, reinterpret_cast<Expr*>(operand),
                    reinterpret_cast<Expr*>(query), call->funccollid, call->inputcollid));
  set_opfuncid(replaced);
  return reinterpret_cast<Node*>(replaced);
}

// --- The cost of a score or a match that no scan gives -------------------------------------------

/// Sets the cost of a call by the length of the index's texts, and returns the request. Returns
/// null if the planner does not know the index; it then takes the cost of the function.
Node* estimate_cost(SupportRequestCost* request) {
  const auto* call = reinterpret_cast<const OpExpr*>(request->node);
  if (call == nullptr || !IsA(call, OpExpr) || list_length(call->args) != 2) {
    return nullptr;
  }
  const Oid named = index_of_query(static_cast<const Node*>(lsecond(call->args)));
  const double operators = OidIsValid(named) ? operators_of_score(named) : 0;
  if (operators == 0) {
    return nullptr;
  }
  request->startup = 0;
  request->per_tuple = operators * cpu_operator_cost;
  return reinterpret_cast<Node*>(request);
}

}  // namespace

VECEXT_FUNCTION(vecext_bm25_support)
{
  auto* node = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  Node* result = nullptr;
  if (IsA(node, SupportRequestSimplify)) {
    result = simplify(reinterpret_cast<SupportRequestSimplify*>(node));
  } else if (IsA(node, SupportRequestCost)) {
    result = estimate_cost(reinterpret_cast<SupportRequestCost*>(node));
  }
  PG_RETURN_POINTER(result);
}

}  // namespace vecext::pg
