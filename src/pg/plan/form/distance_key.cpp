#include "pg/plan/form/distance_key.h"

#include "pg/am/common/access_method.h"
#include "pg/am/common/opclass.h"
#include "pg/plan/form/distance_form.h"
#include "pg/sys/list.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "parser/parsetree.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the operator of the family by which rows are ordered and which has the value of the
/// call, or its negative value. Returns InvalidOid if there is none. Sets *sign.
Oid ordering_operator(Oid family, const FuncExpr* call, int* sign) {
  const Oid type = exprType(static_cast<const Node*>(linitial(call->args)));
  Oid found = InvalidOid;
  CatCList* operators = SearchSysCacheList1(AMOPSTRATEGY, ObjectIdGetDatum(family));
  for (int i = 0; i < operators->n_members && !OidIsValid(found); ++i) {
    const auto* member =
        reinterpret_cast<const FormData_pg_amop*>(GETSTRUCT(&operators->members[i]->tuple));
    if (member->amoppurpose == AMOP_ORDER && member->amoplefttype == type) {
      *sign = sign_of_call(call, get_opcode(member->amopopr));
      found = *sign == 0 ? InvalidOid : member->amopopr;
    }
  }
  ReleaseSysCacheList(operators);
  return found;
}

/// Returns the distance by which an index orders, if the expression is that distance: an operator
/// of the index's family, or a call with its value. Otherwise returns null. Sets *sign to -1 if the
/// call has the negative value.
OpExpr* distance_of(const IndexOptInfo* index, const Node* expression, int* sign) {
  *sign = 1;
  const Oid family = index->opfamily[0];
  if (IsA(expression, OpExpr)) {
    auto* distance = reinterpret_cast<OpExpr*>(const_cast<Node*>(expression));
    return OidIsValid(get_op_opfamily_sortfamily(distance->opno, family)) ? distance : nullptr;
  }
  const auto* call = reinterpret_cast<const FuncExpr*>(expression);
  if (!IsA(expression, FuncExpr) || list_length(call->args) != 2) {
    return nullptr;
  }
  const Oid op = ordering_operator(family, call, sign);
  if (!OidIsValid(op)) {
    return nullptr;
  }
  auto* distance = reinterpret_cast<OpExpr*>(
      make_opclause(op, FLOAT8OID, false, static_cast<Expr*>(linitial(call->args)),
                    static_cast<Expr*>(lsecond(call->args)), InvalidOid, call->inputcollid));
  set_opfuncid(distance);
  return distance;
}

bool is_declared_not_null(PlannerInfo* root, const Var* column) {
  const RangeTblEntry* rte = planner_rt_fetch(column->varno, root);
  const HeapTuple tuple =
      SearchSysCache2(ATTNUM, ObjectIdGetDatum(rte->relid), Int16GetDatum(column->varattno));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  const bool is = reinterpret_cast<const FormData_pg_attribute*>(GETSTRUCT(tuple))->attnotnull;
  ReleaseSysCache(tuple);
  return is;
}

/// True if the condition compares a form of the distance, so that it fails for rows without a
/// distance.
bool compares(const RestrictInfo* condition, const OpExpr* distance) {
  const Expr* clause = condition->clause;
  DistanceForm form;
  return is_opclause(clause) && list_length(reinterpret_cast<const OpExpr*>(clause)->args) == 2 &&
         op_strict(reinterpret_cast<const OpExpr*>(clause)->opno) &&
         (is_form_of(get_leftop(clause), distance, &form) ||
          is_form_of(get_rightop(clause), distance, &form));
}

/// True if, after the conditions of `rel`, each row of the join of `relids` has a distance, or no
/// row has one. Only conditions that require no relation outside of `relids` count. The condition
/// of an outer join, which removes no rows, also requires the relation on the other side of that
/// join.
bool is_never_null(PlannerInfo* root, const RelOptInfo* rel, Relids relids,
                   const OpExpr* distance) {
  for (const auto* condition :
       list_of<RestrictInfo>(list_concat_copy(rel->baserestrictinfo, rel->joininfo))) {
    if (bms_is_subset(condition->required_relids, relids) && compares(condition, distance)) {
      return true;
    }
  }
  List* clauses = extract_actual_clauses(rel->baserestrictinfo, false);
  for (const auto* operand : list_of<Node>(distance->args)) {
    const Var* column = column_of(operand, rel->relid);
    if (column != nullptr) {
      return is_declared_not_null(root, column) || fail_for_null(clauses, column);
    }
  }
  return false;
}

}  // namespace

OpExpr* distance_of_key(PlannerInfo* root, const RelOptInfo* rel, const IndexOptInfo* index,
                        const PathKey* key, const Node* expression) {
  if (access_method_of(index) == nullptr || exprType(expression) != FLOAT8OID) {
    return nullptr;
  }
  DistanceForm form;
  int sign;
  OpExpr* distance = distance_of(index, innermost(expression, &form), &sign);
  if (distance == nullptr) {
    return nullptr;
  }
  form = sign < 0 ? form.of_negative() : form;
  const bool is_ordered =
      is_ascending(key) == form.is_rising() && (!form.is_inverse || has_distances(index)) &&
      (!key->pk_nulls_first || is_never_null(root, rel, key->pk_eclass->ec_relids, distance));
  return is_ordered ? distance : nullptr;
}

const Var* column_of(const Node* operand, Index table) {
  while (IsA(operand, RelabelType)) {
    operand = reinterpret_cast<const Node*>(reinterpret_cast<const RelabelType*>(operand)->arg);
  }
  const auto* var = reinterpret_cast<const Var*>(operand);
  return IsA(operand, Var) && static_cast<Index>(var->varno) == table ? var : nullptr;
}

bool has_distances(const IndexOptInfo* index) {
  if (!access_method_of(index)->has_vectors) {
    return false;
  }
  const Relation relation = index_open(index->indexoid, NoLock);
  const bool has = opclass_of(relation).metric != Metric::kInnerProduct;
  index_close(relation, NoLock);
  return has;
}

PathKey* distance_key(PlannerInfo* root, const RelOptInfo* rel) {
  auto* first = static_cast<PathKey*>(linitial(root->query_pathkeys));
  // A merge join by the key must see rows whose distance is NaN, and an index does not have them.
  const bool is_of_join = bms_membership(first->pk_eclass->ec_relids) == BMS_MULTIPLE;
  if (first->pk_eclass->ec_has_volatile || is_of_join) {
    return first;
  }
  ClassMembers members(first->pk_eclass, rel->relids);
  while (const EquivalenceMember* member = members.next()) {
    auto* expression = reinterpret_cast<Node*>(member->em_expr);
    if (!bms_equal(member->em_relids, rel->relids)) {
      continue;
    }
    for (const auto* index : list_of<IndexOptInfo>(rel->indexlist)) {
      OpExpr* distance = distance_of_key(root, rel, index, first, expression);
      if (distance != nullptr) {
        return equal(distance, expression) ? first : ascending_key(root, rel, first, distance);
      }
    }
  }
  return first;
}

}  // namespace vecext::pg
