#include "pg/plan/path/assumed_rows.h"

#include "pg/am/cost/cost_constants.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"

extern "C" {
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

/// The number of rows that CREATE FUNCTION assumes for a function.
constexpr float4 kAssumedRows = 1000;

/// The number of elements that the server assumes for an array of which it knows nothing
/// (estimate_array_length()).
constexpr double kAssumedElements = 10;

/// True if the expression is a call of a function whose ROWS nobody has set.
bool has_assumed_rows(const Node* expression) {
  const auto* call = reinterpret_cast<const FuncExpr*>(expression);
  return IsA(expression, FuncExpr) && call->funcretset &&
         rows_of_function(call->funcid) == kAssumedRows &&
         !OidIsValid(get_func_support(call->funcid));
}

/// True if all functions of an item of the FROM clause are calls of such functions.
bool have_assumed_rows(const List* functions) {
  for (auto* function : list_of<RangeTblFunction>(functions)) {
    if (!has_assumed_rows(function->funcexpr)) {
      return false;
    }
  }
  return functions != NIL;
}

double expected(double rows, bool is_assumed) {
  return Max(is_assumed ? Min(rows, kCosts.policy.rows_of_function) : rows, 1);
}

/// Returns the number of rows expected of the subquery that makes the array of a parameter, or 0 if
/// the node is not such a parameter.
double rows_of_array(PlannerInfo* root, const Node* node) {
  if (!IsA(node, Param) || reinterpret_cast<const Param*>(node)->paramkind != PARAM_EXEC) {
    return 0;
  }
  const int id = reinterpret_cast<const Param*>(node)->paramid;
  for (const auto* subplan : list_of<SubPlan>(root->init_plans)) {
    if (subplan->subLinkType == ARRAY_SUBLINK && list_member_int(subplan->setParam, id)) {
      return expected_rows(planner_subplan_get_plan(root, subplan));
    }
  }
  return 0;
}

}  // namespace

double expected_rows(const Plan* plan) {
  bool is_assumed = false;
  if (IsA(plan, ProjectSet)) {
    const List* targets = plan->targetlist;
    is_assumed = list_length(targets) == 1 &&
                 has_assumed_rows(
                     reinterpret_cast<const Node*>(linitial_node(TargetEntry, targets)->expr)) &&
                 outerPlan(plan)->plan_rows <= 1;
  } else if (IsA(plan, FunctionScan)) {
    is_assumed = have_assumed_rows(reinterpret_cast<const FunctionScan*>(plan)->functions);
  }
  return expected(plan->plan_rows, is_assumed);
}

double expected_rows(PlannerInfo* root, const Path* path) {
  while (IsA(path, SubqueryScanPath)) {
    root = path->parent->subroot;
    path = reinterpret_cast<const SubqueryScanPath*>(path)->subpath;
  }
  bool is_assumed = false;
  if (IsA(path, ProjectSetPath)) {
    const List* targets = path->pathtarget->exprs;
    is_assumed = list_length(targets) == 1 &&
                 has_assumed_rows(static_cast<const Node*>(linitial(targets))) &&
                 reinterpret_cast<const ProjectSetPath*>(path)->subpath->rows <= 1;
  } else if (path->pathtype == T_FunctionScan) {
    is_assumed = have_assumed_rows(planner_rt_fetch(path->parent->relid, root)->functions);
  }
  return expected(path->rows, is_assumed);
}

double growth_by_arrays(PlannerInfo* root, const RelOptInfo* rel) {
  double growth = 1;
  for (auto* condition : list_of<RestrictInfo>(rel->baserestrictinfo)) {
    const auto* any = reinterpret_cast<const ScalarArrayOpExpr*>(condition->clause);
    if (!IsA(any, ScalarArrayOpExpr) || !any->useOr) {
      continue;
    }
    const double elements = rows_of_array(root, static_cast<Node*>(lsecond(any->args)));
    if (elements > 0) {
      auto* node = reinterpret_cast<Node*>(condition);
      const double share = clause_selectivity(root, node, 0, JOIN_INNER, nullptr);
      growth *= Min(share / kAssumedElements * elements, 1) / Max(share, 1e-9);
    }
  }
  return growth;
}

}  // namespace vecext::pg
