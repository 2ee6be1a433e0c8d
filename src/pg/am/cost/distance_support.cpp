// The planner's support function of distances. The cost of a distance grows with the size of the
// vectors and with the TOAST pages that they are read from.
#include "pg/am/cost/value_width.h"

extern "C" {
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
}

namespace vecext::pg {

namespace {

const List* operands_of(const Node* node) {
  if (node != nullptr && IsA(node, OpExpr)) {
    return reinterpret_cast<const OpExpr*>(node)->args;
  }
  return node != nullptr && IsA(node, FuncExpr) ? reinterpret_cast<const FuncExpr*>(node)->args
                                                : NIL;
}

}  // namespace

VECEXT_FUNCTION(vector_distance_support)
{
  auto* node = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  if (!IsA(node, SupportRequestCost)) {
    PG_RETURN_DATUM(0);
  }
  auto* request = reinterpret_cast<SupportRequestCost*>(node);
  const ValueWidth width = width_of_operands(request->root, operands_of(request->node));
  request->startup = 0;
  request->per_tuple = width.operators() * cpu_operator_cost + width.toast_pages() * seq_page_cost;
  PG_RETURN_POINTER(node);
}

}  // namespace vecext::pg
