#include "pg/plan/path/array_share.h"

#include "pg/plan/path/function_rows.h"
#include "pg/sys/list.h"

extern "C" {
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

/// The number of elements that the server assumes of an array that it knows nothing of
/// (estimate_array_length()).
constexpr double kAssumedElements = 10;

/// The rows expected of the subquery whose array the parameter is; 0 if the node is not such a
/// parameter.
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
