#include "pg/plan/semi_join.h"

#include "pg/am/ordered_scan.h"
#include "pg/plan/filter_policy.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

namespace {

planner_hook_type previous_hook;

// --- Which queries -------------------------------------------------------------------------------

bool has_ordered_index(Oid table_oid) {
  const Relation table = table_open(table_oid, NoLock);
  List* indexes = RelationGetIndexList(table);
  bool has = false;
  for (int i = 0; !has && i < list_length(indexes); ++i) {
    const Relation index = index_open(list_nth_oid(indexes, i), AccessShareLock);
    has = is_ordered_index(index);
    index_close(index, NoLock);
  }
  list_free(indexes);
  table_close(table, NoLock);
  return has;
}

/// Is the query for the rows of a table nearest to something, and does an index of ours serve such?
bool is_nearest_query(const Query* query) {
  if (query->commandType != CMD_SELECT || !query->hasSubLinks || query->limitCount == nullptr ||
      query->sortClause == NIL || query->jointree->quals == nullptr) {
    return false;
  }
  const auto* sort = linitial_node(SortGroupClause, query->sortClause);
  const Node* by = get_sortgroupclause_expr(const_cast<SortGroupClause*>(sort), query->targetList);
  if (!IsA(by, OpExpr) || exprType(by) != FLOAT8OID) {
    return false;
  }
  const ListCell* cell;
  foreach (cell, reinterpret_cast<const OpExpr*>(by)->args) {
    List* vars = pull_var_clause(static_cast<Node*>(lfirst(cell)), PVC_RECURSE_PLACEHOLDERS);
    if (list_length(vars) != 1) {
      continue;
    }
    const Var* var = linitial_node(Var, vars);
    const RangeTblEntry* rte = rt_fetch(var->varno, query->rtable);
    if (var->varlevelsup == 0 && rte->rtekind == RTE_RELATION &&
        ((rte->inh && has_subclass(rte->relid)) || has_ordered_index(rte->relid))) {
      return true;
    }
  }
  return false;
}

// --- Conditions ----------------------------------------------------------------------------------

/// Is there a common table expression in it that is defined further out than `context` says?
bool has_outer_cte(Node* node, void* context) {
  if (node == nullptr) {
    return false;
  }
  if (!IsA(node, Query)) {
    return walk_expression(node, has_outer_cte, context);
  }
  auto* query = reinterpret_cast<Query*>(node);
  auto* depth = static_cast<Index*>(context);
  bool has = false;
  const ListCell* cell;
  foreach (cell, query->rtable) {
    const auto* rte = lfirst_node(RangeTblEntry, cell);
    has = has || (rte->rtekind == RTE_CTE && rte->ctelevelsup > *depth);
  }
  ++*depth;
  has = has || walk_query(query, has_outer_cte, context);
  --*depth;
  return has;
}

/// Are the query's rows the same as long as the statement runs? It stands `depth` queries deep. A
/// common table expression from beyond the query around it may be of rows of a recursion.
bool is_constant(Query* query, int depth) {
  auto* node = reinterpret_cast<Node*>(query);
  for (int level = 1; level <= depth; ++level) {
    if (contain_vars_of_level(node, level)) {
      return false;
    }
  }
  Index inner = depth == 1 ? 1 : 0;
  return !has_outer_cte(node, &inner);
}

/// The function by which the executor looks a value up in a table of the array's elements, made at
/// the first row: so these must not change. None where the operator has no such: a row would be
/// compared with one element after another.
Oid hash_of(Oid op, Query* query, int depth) {
  Oid left;
  Oid right;
  return get_op_hash_functions(op, &left, &right) && left == right && is_constant(query, depth)
             ? left
             : InvalidOid;
}

/// `left operator ANY (ARRAY (query))`; null where the query's type has no arrays or no hashes.
Node* any_of_array(Oid op, Oid collation, Expr* left, Query* query, int location, int depth) {
  const auto* target = linitial_node(TargetEntry, query->targetList);
  const Oid hash = hash_of(op, query, depth);
  if (!OidIsValid(hash) ||
      !OidIsValid(get_array_type(exprType(reinterpret_cast<const Node*>(target->expr))))) {
    return nullptr;
  }
  SubLink* array = makeNode(SubLink);
  array->subLinkType = ARRAY_SUBLINK;
  array->subselect = reinterpret_cast<Node*>(query);
  array->location = location;
  ScalarArrayOpExpr* any = makeNode(ScalarArrayOpExpr);
  any->opno = op;
  any->opfuncid = get_opcode(op);
  any->hashfuncid = hash;
  any->useOr = true;
  any->inputcollid = collation;
  any->args = list_make2(left, array);
  any->location = location;
  return reinterpret_cast<Node*>(any);
}

/// May the inner query run before, and instead of, the join?
bool may_run_first(Query* query) {
  auto* node = reinterpret_cast<Node*>(query);
  return query->commandType == CMD_SELECT && query->rowMarks == NIL &&
         !contain_vars_of_level(node, 1) && !contain_volatile_functions(node);
}

/// An equality by which its operands can be joined; its type has an order or a hash.
bool is_equality(const OpExpr* expr) {
  const Oid type = exprType(static_cast<Node*>(linitial(expr->args)));
  return list_length(expr->args) == 2 &&
         (op_mergejoinable(expr->opno, type) || op_hashjoinable(expr->opno, type));
}

/// `x IN (SELECT …)`
Node* rewrite_in(const SubLink* link, int depth) {
  auto* query = castNode(Query, link->subselect);
  if (link->testexpr == nullptr || !IsA(link->testexpr, OpExpr) || !may_run_first(query)) {
    return nullptr;
  }
  const auto* test = reinterpret_cast<const OpExpr*>(link->testexpr);
  if (!is_equality(test) || !IsA(lsecond(test->args), Param)) {
    return nullptr;
  }
  return any_of_array(test->opno, test->inputcollid, static_cast<Expr*>(linitial(test->args)),
                      query, link->location, depth);
}

/// Does the query give rows of tables as they are?
bool is_plain(const Query* query) {
  return query->setOperations == nullptr && !query->hasAggs && !query->hasWindowFuncs &&
         !query->hasTargetSRFs && query->groupClause == NIL && query->groupingSets == NIL &&
         query->havingQual == nullptr && query->distinctClause == NIL &&
         query->limitCount == nullptr && query->limitOffset == nullptr && query->cteList == NIL &&
         query->jointree->fromlist != NIL;
}

/// Is it about the outer query alone; about the inner one alone?
bool is_outer(Node* node) {
  return contain_vars_of_level(node, 1) && !contain_vars_of_level(node, 0) &&
         !contain_subplans(node);
}
bool is_inner(Node* node) {
  return !contain_vars_of_level(node, 1);
}

/// `EXISTS (SELECT … WHERE inner = outer AND …)`, where nothing else is about the outer query.
Node* rewrite_exists(const SubLink* link, int depth) {
  if (!is_plain(castNode(Query, link->subselect))) {
    return nullptr;
  }
  auto* query = static_cast<Query*>(copyObjectImpl(link->subselect));
  List* conditions = make_ands_implicit(reinterpret_cast<Expr*>(query->jointree->quals));
  const ListCell* cell;
  foreach (cell, conditions) {
    auto* node = static_cast<Node*>(lfirst(cell));
    if (!IsA(node, OpExpr) || !is_equality(reinterpret_cast<OpExpr*>(node))) {
      continue;
    }
    const auto* equality = reinterpret_cast<OpExpr*>(node);
    auto* left = static_cast<Node*>(linitial(equality->args));
    auto* right = static_cast<Node*>(lsecond(equality->args));
    Oid op = equality->opno;
    if (is_outer(right) && is_inner(left)) {
      op = get_commutator(op);
      Node* outer = right;
      right = left;
      left = outer;
    }
    if (!is_outer(left) || !is_inner(right) || !OidIsValid(op)) {
      continue;
    }
    query->targetList =
        list_make1(makeTargetEntry(reinterpret_cast<Expr*>(right), 1, nullptr, false));
    query->sortClause = NIL;
    query->jointree->quals =
        reinterpret_cast<Node*>(make_ands_explicit(list_delete_ptr(list_copy(conditions), node)));
    if (!may_run_first(query)) {
      return nullptr;
    }
    IncrementVarSublevelsUp(left, -1, 1);
    return any_of_array(op, equality->inputcollid, reinterpret_cast<Expr*>(left), query,
                        link->location, depth);
  }
  return nullptr;
}

Node* rewrite_condition(Node* node, int depth) {
  Node* rewritten = nullptr;
  if (IsA(node, SubLink)) {
    const auto* link = reinterpret_cast<const SubLink*>(node);
    rewritten = link->subLinkType == ANY_SUBLINK      ? rewrite_in(link, depth)
                : link->subLinkType == EXISTS_SUBLINK ? rewrite_exists(link, depth)
                                                      : nullptr;
  }
  return rewritten == nullptr ? node : rewritten;
}

void rewrite_query(Query* query, int depth) {
  List* conditions = make_ands_implicit(reinterpret_cast<Expr*>(query->jointree->quals));
  ListCell* cell;
  foreach (cell, conditions) {
    lfirst(cell) = rewrite_condition(static_cast<Node*>(lfirst(cell)), depth);
  }
  query->jointree->quals = reinterpret_cast<Node*>(make_ands_explicit(conditions));
}

/// Are there queries in a query?
bool has_queries(const Query* query) {
  bool has = query->hasSubLinks || query->cteList != NIL;
  const ListCell* cell;
  foreach (cell, query->rtable) {
    has = has || lfirst_node(RangeTblEntry, cell)->rtekind == RTE_SUBQUERY;
  }
  return has;
}

/// All queries in a query, of which `context` says how deep it stands; always false.
bool visit(Node* node, void* context) {
  if (node == nullptr) {
    return false;
  }
  if (!IsA(node, Query)) {
    return walk_expression(node, visit, context);
  }
  auto* query = reinterpret_cast<Query*>(node);
  auto* depth = static_cast<int*>(context);
  ++*depth;
  if (is_nearest_query(query)) {
    rewrite_query(query, *depth);
  }
  if (has_queries(query)) {
    walk_query(query, visit, context);
  }
  --*depth;
  return false;
}

PlannedStmt* plan(Query* query, const char* text, int options, ParamListInfo parameters) {
  if (filter_strategy != kFilterOff) {
    int depth = 0;
    visit(reinterpret_cast<Node*>(query), &depth);
  }
  return previous_hook != nullptr ? previous_hook(query, text, options, parameters)
                                  : standard_planner(query, text, options, parameters);
}

}  // namespace

void rewrite_semi_joins() {
  previous_hook = planner_hook;
  planner_hook = plan;
}

}  // namespace vecext::pg
