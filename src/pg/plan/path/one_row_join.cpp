#include "pg/plan/path/one_row_join.h"

#include "pg/am/common/access_method.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/plan/form/distance_key.h"
#include "pg/plan/path/filtered_path.h"
#include "pg/sys/list.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

// --- One row -------------------------------------------------------------------------------------

/// True if the LIMIT of the query takes at most one row. The planner has not simplified the
/// expression of the LIMIT yet.
bool has_limit_of_one(PlannerInfo* root, const Query* query) {
  if (query->limitCount == nullptr || query->limitOption == LIMIT_OPTION_WITH_TIES) {
    return false;
  }
  auto* copy = static_cast<Node*>(copyObjectImpl(query->limitCount));
  const auto* count = reinterpret_cast<const Const*>(eval_const_expressions(root, copy));
  return IsA(count, Const) && !count->constisnull && DatumGetInt64(count->constvalue) <= 1;
}

/// True if the form of the subquery shows that it gives at most one row.
bool is_one_row(PlannerInfo* root, const Query* query) {
  if (query->commandType != CMD_SELECT || query->setOperations != nullptr || query->hasTargetSRFs) {
    return false;
  }
  const bool has_groups = query->groupClause != NIL || query->groupingSets != NIL;
  const bool has_table = query->jointree->fromlist != NIL;
  return (!has_groups && (query->hasAggs || !has_table)) || has_limit_of_one(root, query);
}

const Query* query_of_cte(PlannerInfo* root, const RangeTblEntry* rte) {
  for (Index level = rte->ctelevelsup; level > 0; --level) {
    root = root->parent_root;
  }
  for (const auto* cte : list_of<CommonTableExpr>(root->parse->cteList)) {
    if (strcmp(cte->ctename, rte->ctename) == 0 && !cte->cterecursive) {
      return castNode(Query, cte->ctequery);
    }
  }
  return nullptr;
}

/// True if the relation is known to have at most one row.
bool has_one_row(PlannerInfo* root, RelOptInfo* rel) {
  const RangeTblEntry* rte = planner_rt_fetch(rel->relid, root);
  switch (rte->rtekind) {
    case RTE_RELATION:
      return !rte->inh && relation_has_unique_index_for(root, rel, NIL, NIL, NIL);
    case RTE_SUBQUERY:
      return is_one_row(root, rte->subquery);
    case RTE_CTE: {
      const Query* query = rte->self_reference ? nullptr : query_of_cte(root, rte);
      return query != nullptr && is_one_row(root, query);
    }
    case RTE_FUNCTION: {
      const auto* function = linitial_node(RangeTblFunction, rte->functions);
      return list_length(rte->functions) == 1 && !expression_returns_set(function->funcexpr);
    }
    case RTE_VALUES:
      return list_length(rte->values_lists) == 1;
    default:
      return rte->rtekind == RTE_RESULT;
  }
}

// --- The scan ------------------------------------------------------------------------------------

/// Returns the distance with the index's column as its left operand, or null if its other operand
/// is not a value of the outer side.
OpExpr* distance_from(PlannerInfo* root, const IndexOptInfo* index, OpExpr* distance,
                      const RelOptInfo* outer) {
  auto* left = static_cast<Node*>(linitial(distance->args));
  auto* right = static_cast<Node*>(lsecond(distance->args));
  const bool is_turned = !match_index_to_operand(left, 0, const_cast<IndexOptInfo*>(index));
  Node* column = is_turned ? right : left;
  Node* query = is_turned ? left : right;
  const Oid op = is_turned ? get_commutator(distance->opno) : distance->opno;
  if (!OidIsValid(op) || !match_index_to_operand(column, 0, const_cast<IndexOptInfo*>(index)) ||
      !bms_is_subset(pull_varnos(root, query), outer->relids) ||
      contain_volatile_functions(query) || contain_subplans(query) ||
      !OidIsValid(get_op_opfamily_sortfamily(op, index->opfamily[0]))) {
    return nullptr;
  }
  if (!is_turned) {
    return distance;
  }
  auto* turned = reinterpret_cast<OpExpr*>(
      make_opclause(op, FLOAT8OID, false, reinterpret_cast<Expr*>(column),
                    reinterpret_cast<Expr*>(query), InvalidOid, distance->inputcollid));
  set_opfuncid(turned);
  return turned;
}

/// Returns a path of the index, ordered by the distance from the vector of an outer row. It is a
/// filtered path if there are conditions.
Path* path_from(PlannerInfo* root, IndexOptInfo* index, OpExpr* distance, PathKey* key,
                const RelOptInfo* outer) {
  IndexPath* path =
      create_index_path(root, index, NIL, list_make1(distance), list_make1_int(0), list_make1(key),
                        ForwardScanDirection, false, outer->relids, 1, false);
  return is_forbidden(&path->path) ? nullptr : with_conditions(root, path);
}

void add_loop(PlannerInfo* root, RelOptInfo* rel, Path* outer, Path* inner, PathKey* key,
              JoinPathExtraData* extra) {
  JoinCostWorkspace workspace;
  cost_nested_loop(root, &workspace, JOIN_INNER, outer, inner, extra);
  add_path(rel, reinterpret_cast<Path*>(
                    create_nestloop_path(root, rel, JOIN_INNER, &workspace, extra, outer, inner,
                                         extra->restrictlist, list_make1(key), nullptr)));
}

}  // namespace

void add_one_row_joins(PlannerInfo* root, RelOptInfo* rel, RelOptInfo* outer, RelOptInfo* inner,
                       JoinType type, JoinPathExtraData* extra) {
  if (type != JOIN_INNER || root->query_pathkeys == NIL || !IS_SIMPLE_REL(outer) ||
      inner->reloptkind != RELOPT_BASEREL || inner->rtekind != RTE_RELATION ||
      !bms_is_empty(inner->lateral_relids) || !bms_is_empty(outer->lateral_relids)) {
    return;
  }
  auto* key = static_cast<PathKey*>(linitial(root->query_pathkeys));
  Path* row = outer->cheapest_total_path;
  if (key->pk_eclass->ec_has_volatile || row->param_info != nullptr ||
      !bms_equal(key->pk_eclass->ec_relids, rel->relids) || !has_one_row(root, outer)) {
    return;
  }
  ClassMembers members(key->pk_eclass, rel->relids);
  while (const EquivalenceMember* member = members.next()) {
    for (auto* index : list_of<IndexOptInfo>(inner->indexlist)) {
      const bool is_usable = index->indpred == NIL || index->predOK;
      OpExpr* distance = is_usable ? distance_of_key(root, inner, index, key,
                                                     reinterpret_cast<const Node*>(member->em_expr))
                                   : nullptr;
      OpExpr* turned = distance == nullptr ? nullptr : distance_from(root, index, distance, outer);
      Path* scan = turned == nullptr ? nullptr : path_from(root, index, turned, key, outer);
      if (scan != nullptr) {
        add_loop(root, rel, row, scan, key, extra);
      }
    }
  }
}

}  // namespace vecext::pg
