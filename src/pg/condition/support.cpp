// The planner support function of matches() and matches_recheck(). It tells the planner what a call
// expands to, what it costs, and for which share of the rows it is true.
#include "core/condition/share.h"
#include "pg/condition/expand.h"
#include "pg/sys/pg.h"

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {
namespace {

/// The cost of evaluating a filter on jsonb, in units of cpu_operator_cost, for the call and for
/// each condition.
constexpr double kCallCost = 20;
constexpr double kConditionCost = 40;

/// The cost of a filter that is not known when the query is planned; see kUnknownShare.
constexpr double kUnknownCost = 1000;

bool is_recheck(Oid function) {
  return get_func_nargs(function) > 2;
}

double share_of_call(const SupportRequestSelectivity* request) {
  return is_recheck(request->funcid) ? share_of_recheck(request) : share_of_matches(request);
}

double cost_of_call(const SupportRequestCost* request) {
  const auto* call = reinterpret_cast<const FuncExpr*>(request->node);
  const Condition* condition = request->node != nullptr && IsA(request->node, FuncExpr)
                                   ? constant_condition(call->funcid, call->args)
                                   : nullptr;
  return cpu_operator_cost *
         (condition == nullptr ? kUnknownCost : kCallCost + kConditionCost * leaves_of(*condition));
}

}  // namespace
}  // namespace vecext::pg

VECEXT_FUNCTION(vecext_matches_support)
{
  using namespace vecext::pg;
  Node* request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  if (IsA(request, SupportRequestSimplify)) {
    const auto* simplify = reinterpret_cast<const SupportRequestSimplify*>(request);
    PG_RETURN_POINTER(is_recheck(simplify->fcall->funcid)
                          ? nullptr
                          : expand_matches(simplify->root, simplify->fcall));
  }
  if (IsA(request, SupportRequestSelectivity)) {
    auto* selectivity = reinterpret_cast<SupportRequestSelectivity*>(request);
    selectivity->selectivity = share_of_call(selectivity);
    PG_RETURN_POINTER(request);
  }
  if (IsA(request, SupportRequestCost)) {
    auto* cost = reinterpret_cast<SupportRequestCost*>(request);
    cost->startup = 0;
    cost->per_tuple = cost_of_call(cost);
    PG_RETURN_POINTER(request);
  }
  PG_RETURN_DATUM(0);
}
