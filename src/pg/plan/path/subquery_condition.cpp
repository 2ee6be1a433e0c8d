#include "pg/plan/path/subquery_condition.h"

#include "pg/plan/form/distance_key.h"
#include "pg/plan/path/assumed_rows.h"
#include "pg/sys/list.h"

extern "C" {
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

/// Returns the hashed subquery of a condition with one key, or null if there is none.
SubPlan* hashed_subplan(const Node* clause) {
  if (IsA(clause, AlternativeSubPlan)) {
    for (const auto* alternative :
         list_of<Node>(reinterpret_cast<const AlternativeSubPlan*>(clause)->subplans)) {
      SubPlan* subplan = hashed_subplan(alternative);
      if (subplan != nullptr) {
        return subplan;
      }
    }
    return nullptr;
  }
  auto* subplan = reinterpret_cast<SubPlan*>(const_cast<Node*>(clause));
  return IsA(clause, SubPlan) && subplan->subLinkType == ANY_SUBLINK && subplan->useHashTable &&
                 list_length(subplan->paramIds) == 1 && IsA(subplan->testexpr, OpExpr)
             ? subplan
             : nullptr;
}

/// Returns the average share of the table's rows that have the same key.
double share_of_key(PlannerInfo* root, const OpExpr* test) {
  auto* operand = static_cast<Node*>(linitial(test->args));
  VariableStatData variable;
  examine_variable(root, operand, 0, &variable);
  const double share = var_eq_non_const(&variable, test->opno, test->inputcollid,
                                        static_cast<Node*>(lsecond(test->args)), true, false);
  ReleaseVariableStats(variable);
  return share;
}

}  // namespace

bool read_subquery(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* restriction,
                   SubqueryCondition* condition) {
  auto* clause = reinterpret_cast<Node*>(restriction->clause);
  SubPlan* subplan = hashed_subplan(clause);
  if (subplan == nullptr) {
    return false;
  }
  const auto* test = reinterpret_cast<const OpExpr*>(subplan->testexpr);
  auto* operand = static_cast<Node*>(linitial(test->args));
  // The executor also evaluates the operand for a row of nulls, which users' functions must not
  // see.
  if (column_of(operand, rel->relid) == nullptr) {
    return false;
  }
  condition->equality = {
      .operand = operand,
      .op = test->opno,
      .collation = test->inputcollid,
      .is_turned = false,
      .type = getBaseType(exprType(static_cast<Node*>(lsecond(test->args)))),
      .security_level = restriction->leakproof ? 0 : restriction->security_level};
  const double count = expected_rows(planner_subplan_get_plan(root, subplan));
  condition->keys = {count, Min(Max(count * share_of_key(root, test), 1e-9), 1)};
  condition->subplan = subplan->plan_id;
  condition->assumed = clause_selectivity(root, clause, 0, JOIN_INNER, nullptr);
  condition->cost_of_hashing = IsA(clause, AlternativeSubPlan) ? subplan->startup_cost : 0;
  return true;
}

namespace {

/// Returns the subquery as the only one of its alternatives. The server keeps the plans of the
/// subqueries that it has chosen. Another scan of the query, such as that of another partition, may
/// choose the same subquery.
Node* only(SubPlan* subplan) {
  AlternativeSubPlan* alternatives = makeNode(AlternativeSubPlan);
  alternatives->subplans = list_make1(subplan);
  return reinterpret_cast<Node*>(alternatives);
}

}  // namespace

List* choose_hashed(List* clauses, int subplan) {
  List* chosen = NIL;
  for (auto* clause : list_of<Node>(clauses)) {
    SubPlan* hashed = hashed_subplan(clause);
    const bool is_chosen = hashed != nullptr && hashed->plan_id == subplan;
    chosen = lappend(chosen, is_chosen && IsA(clause, AlternativeSubPlan) ? only(hashed) : clause);
  }
  return chosen;
}

}  // namespace vecext::pg
