// The planner support function of payload_is_array() estimates how many rows have an array at a
// path. Conditions on values are joined with this call by OR, so a bad guess of it would spoil
// their own estimates.
#include "pg/sys/list.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
}

namespace vecext::pg {
namespace {

/// The share of rows with an array that is assumed if no index tells it.
constexpr double kShareOfArrays = .005;

/// True if the index has exactly the rows for which the call is true.
bool is_index_of(const IndexOptInfo* index, const SupportRequestSelectivity* request) {
  if (list_length(index->indpred) != 1) {
    return false;
  }
  const auto* call = static_cast<const FuncExpr*>(linitial(index->indpred));
  return IsA(call, FuncExpr) && call->funcid == request->funcid && equal(call->args, request->args);
}

double share_of_arrays(const SupportRequestSelectivity* request) {
  const auto* payload = static_cast<const Var*>(linitial(request->args));
  const PlannerInfo* root = request->root;
  if (root == nullptr || !IsA(payload, Var) || payload->varlevelsup != 0 ||
      root->simple_rel_array == nullptr || payload->varno >= root->simple_rel_array_size) {
    return kShareOfArrays;
  }
  const RelOptInfo* table = root->simple_rel_array[payload->varno];
  for (const auto* index : list_of<IndexOptInfo>(table == nullptr ? NIL : table->indexlist)) {
    if (is_index_of(index, request) && table->tuples > 0) {
      return Min(index->tuples / table->tuples, 1);
    }
  }
  return kShareOfArrays;
}

}  // namespace
}  // namespace vecext::pg

VECEXT_FUNCTION(vecext_payload_is_array_support)
{
  auto* request = reinterpret_cast<SupportRequestSelectivity*>(PG_GETARG_POINTER(0));
  if (!IsA(request, SupportRequestSelectivity)) {
    PG_RETURN_DATUM(0);
  }
  request->selectivity = vecext::pg::share_of_arrays(request);
  PG_RETURN_POINTER(request);
}
