#include "pg/am/cost/value_width.h"

#include "core/value/layout.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/sys/list.h"
#include "pg/type/functions.h"

extern "C" {
#include "access/detoast.h"
#include "access/heaptoast.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the bytes of a type's values, given the type's dimensions, or 0 if that is not known.
double bytes_of_type(Oid type, int32 dims) {
  type = getBaseTypeAndTypmod(type, &dims);
  if (dims < 0) {
    return 0;
  }
  if (type == BITOID) {
    return type_maximum_size(type, dims);
  }
  Oid input;
  Oid parameter;
  FmgrInfo function;
  getTypeInputInfo(type, &input, &parameter);
  fmgr_info(input, &function);
  if (function.fn_addr == vector_in) {
    return static_cast<double>(VARHDRSZ + dense_size<float>(dims));
  }
  if (function.fn_addr == halfvec_in) {
    return static_cast<double>(VARHDRSZ + dense_size<Half>(dims));
  }
  return 0;
}

double bytes_of(Node* expression) {
  if (!IsA(expression, Const)) {
    return bytes_of_type(exprType(expression), exprTypmod(expression));
  }
  const auto* value = reinterpret_cast<Const*>(expression);
  return value->constisnull || value->constlen != -1
             ? 0
             : static_cast<double>(toast_raw_datum_size(value->constvalue));
}

/// Returns the innermost first argument of nested casts and functions.
Node* source_of(Node* node) {
  for (;;) {
    if (IsA(node, RelabelType)) {
      node = reinterpret_cast<Node*>(reinterpret_cast<RelabelType*>(node)->arg);
    } else if (IsA(node, FuncExpr) && reinterpret_cast<FuncExpr*>(node)->args != NIL) {
      node = static_cast<Node*>(linitial(reinterpret_cast<FuncExpr*>(node)->args));
    } else {
      return node;
    }
  }
}

/// Returns the mean bytes of a column in its row, by the statistics, or 0 if that is not known. For
/// a value out of line, only its pointer counts.
double bytes_in_row(PlannerInfo* root, const Var* column) {
  if (root == nullptr || column->varlevelsup > 0 || column->varno < 1) {
    return 0;
  }
  const RangeTblEntry* table = planner_rt_fetch(static_cast<Index>(column->varno), root);
  return table->rtekind == RTE_RELATION ? get_attavgwidth(table->relid, column->varattno) : 0;
}

/// True if the values of a column lie out of line. `bytes` is their size, or 0 if it is not known.
bool is_external(PlannerInfo* root, const Var* column, double bytes) {
  const double in_row = bytes_in_row(root, column);
  if (in_row == 0) {
    return bytes > TOAST_TUPLE_THRESHOLD;
  }
  return bytes > 0 ? in_row < bytes / 2 && bytes > TOAST_POINTER_SIZE * 4
                   : in_row == TOAST_POINTER_SIZE;
}

/// Returns the operands of a distance that is an operator or a function.
const List* operands_of(const Node* node) {
  if (node != nullptr && IsA(node, OpExpr)) {
    return reinterpret_cast<const OpExpr*>(node)->args;
  }
  return node != nullptr && IsA(node, FuncExpr) ? reinterpret_cast<const FuncExpr*>(node)->args
                                                : NIL;
}

}  // namespace

double ValueWidth::operators() const {
  return kCosts.planner.distance + bytes / kCosts.planner.bytes_of_operator;
}

double ValueWidth::toast_pages() const {
  return is_external ? bytes / static_cast<double>(EXTERN_TUPLES_PER_PAGE * TOAST_MAX_CHUNK_SIZE)
                     : 0;
}

ValueWidth width_of_operands(PlannerInfo* root, const List* operands) {
  ValueWidth width{};
  for (auto* operand : list_of<Node>(operands)) {
    width.bytes = Max(width.bytes, Max(bytes_of(operand), bytes_of(source_of(operand))));
  }
  for (auto* operand : list_of<Node>(operands)) {
    const Node* source = source_of(operand);
    if (IsA(source, Var) && is_external(root, reinterpret_cast<const Var*>(source), width.bytes)) {
      // A value lies out of line only if its row would be too long otherwise, so a value of unknown
      // width is assumed to have the length from which on rows are too long.
      width = {width.bytes > 0 ? width.bytes : TOAST_TUPLE_THRESHOLD, true};
    }
  }
  return width;
}

// The planner's support function of distances: the cost of a distance grows with the size of the
// vectors and with the TOAST pages that they are read from.
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
