#include "pg/plan/path/function_rows.h"

#include "pg/am/cost/cost_constants.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"

extern "C" {
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// The number of rows of a function that CREATE FUNCTION assumes.
constexpr float4 kAssumedRows = 1000;

/// True if the expression is a call of a function whose number of rows nobody has said.
bool has_assumed_rows(const Node* expression) {
  const auto* call = reinterpret_cast<const FuncExpr*>(expression);
  return IsA(expression, FuncExpr) && call->funcretset &&
         rows_of_function(call->funcid) == kAssumedRows &&
         !OidIsValid(get_func_support(call->funcid));
}

/// True if all functions of an item of the FROM clause are such calls.
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

}  // namespace vecext::pg
