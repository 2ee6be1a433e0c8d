#include "pg/plan/form/distance_form.h"

#include <algorithm>
#include <cmath>
#include <limits>

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/float.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// A bound of the rounding errors of a few operations, as a multiple of the magnitude of their
/// operands.
constexpr double kRounding = 1e-14;

/// Limits for the constants of forms. Within them, a few operations neither leave the range of
/// floats nor lose all digits.
constexpr double kMostConstant = 1e10;
constexpr double kLeastFactor = 1e-10;

/// True if the expression is a constant that a form may have. Then sets *value.
bool read_constant(const Node* expression, double* value) {
  const auto* constant = reinterpret_cast<const Const*>(expression);
  if (!IsA(expression, Const) || constant->consttype != FLOAT8OID || constant->constisnull) {
    return false;
  }
  *value = DatumGetFloat8(constant->constvalue);
  return std::abs(*value) <= kMostConstant;  // this is false for NaN
}

void negate(Line* line) {
  line->factor = -line->factor;
  line->added = -line->added;
}

void add(double constant, Line* line) {
  line->added += constant;
  line->size += std::abs(constant);
}

bool multiply(double constant, Line* line) {
  const double size = std::abs(constant);
  if (!(size >= kLeastFactor && size <= 1 / kLeastFactor)) {
    return false;
  }
  line->factor *= constant;
  line->added *= constant;
  line->size *= size;
  return true;
}

/// Turns the form of y into the form of constant / y. Returns false if that is not possible.
bool invert(double constant, DistanceForm* form) {
  if (form->is_inverse || form->line.factor <= 0 || form->line.added <= 0) {
    return false;
  }
  form->is_inverse = true;
  return multiply(constant, &form->outer);
}

/// True if the operator changes nothing. By such an operator, as in d + 0, queries say that they
/// want no index.
bool is_idle(Oid function, double constant, bool is_left) {
  const bool is_sum = function == F_FLOAT8PL || (function == F_FLOAT8MI && !is_left);
  const bool is_product = function == F_FLOAT8MUL || (function == F_FLOAT8DIV && !is_left);
  return (is_sum && constant == 0) || (is_product && constant == 1);
}

/// Applies an operator, whose other operand is a constant, to the form. Returns false if that is
/// not possible.
bool apply(Oid function, double constant, bool is_left, DistanceForm* form) {
  if (is_idle(function, constant, is_left)) {
    return false;
  }
  Line* line = form->is_inverse ? &form->outer : &form->line;
  switch (function) {
    case F_FLOAT8PL:
      add(constant, line);
      return true;
    case F_FLOAT8MI:
      if (is_left) {
        negate(line);
      }
      add(is_left ? constant : -constant, line);
      return true;
    case F_FLOAT8MUL:
      return multiply(constant, line);
    case F_FLOAT8DIV:
      return is_left ? invert(constant, form) : multiply(1 / constant, line);
    default:
      return false;
  }
}

/// Returns the operand of an arithmetic operator that is not a constant, or null if the expression
/// is not an operator that a form may have. A negation has no constant. Sets the function of the
/// operator, the constant, and *is_left, which is true if the constant is the left operand.
const Node* operand_of(const Node* expression, Oid* function, double* constant, bool* is_left) {
  if (!IsA(expression, OpExpr)) {
    return nullptr;
  }
  const auto* operation = reinterpret_cast<const OpExpr*>(expression);
  *function = get_opcode(operation->opno);
  const auto* first = static_cast<const Node*>(linitial(operation->args));
  if (*function == F_FLOAT8UM) {
    return first;
  }
  if (list_length(operation->args) != 2 || (*function != F_FLOAT8PL && *function != F_FLOAT8MI &&
                                            *function != F_FLOAT8MUL && *function != F_FLOAT8DIV)) {
    return nullptr;
  }
  const auto* second = static_cast<const Node*>(lsecond(operation->args));
  *is_left = read_constant(first, constant);
  if (*is_left) {
    return second;
  }
  return read_constant(second, constant) ? first : nullptr;
}

/// Solves y = line(x). Returns the greatest or the least x for which line(x) may have the value y
/// when it is rounded.
double solve(const Line& line, double y, bool is_greatest) {
  const double x = (y - line.added) / line.factor;
  const double margin =
      kRounding * (std::abs(x) + (std::abs(y) + line.size) / std::abs(line.factor));
  return is_greatest ? x + margin : x - margin;
}

/// Returns `bound` as a float8, or null if it is neither a float4 nor a float8.
Expr* as_float8(Expr* bound) {
  const Oid type = exprType(reinterpret_cast<Node*>(bound));
  if (type == FLOAT4OID) {
    return reinterpret_cast<Expr*>(makeFuncExpr(F_FLOAT8_FLOAT4, FLOAT8OID, list_make1(bound),
                                                InvalidOid, InvalidOid, COERCE_EXPLICIT_CAST));
  }
  return type == FLOAT8OID ? bound : nullptr;
}

/// True if the functions have arguments of the same types. A user may have made a function with the
/// name of one of this library's and other arguments.
bool have_same_operands(Oid a, Oid b) {
  Oid* types_of_a;
  Oid* types_of_b;
  int count_of_a;
  int count_of_b;
  get_func_signature(a, &types_of_a, &count_of_a);
  get_func_signature(b, &types_of_b, &count_of_b);
  return count_of_a == count_of_b && std::equal(types_of_a, types_of_a + count_of_a, types_of_b);
}

/// Which values an operator admits on its left: those below the bound, those up to it, or those
/// from it on. kFrom is also used for operators that do not admit the bound itself.
enum class Side { kNone, kBelow, kUpTo, kFrom };

Side side_of(Oid op) {
  switch (OidIsValid(op) ? get_opcode(op) : InvalidOid) {
    case F_FLOAT8LT:
    case F_FLOAT84LT:
      return Side::kBelow;
    case F_FLOAT8LE:
    case F_FLOAT84LE:
      return Side::kUpTo;
    case F_FLOAT8GT:
    case F_FLOAT84GT:
    case F_FLOAT8GE:
    case F_FLOAT84GE:
      return Side::kFrom;
    default:
      return Side::kNone;
  }
}

}  // namespace

double DistanceForm::distance_at(double y) const {
  if (is_distance()) {
    return y;
  }
  if (!is_inverse) {
    return solve(line, y, true);
  }
  const double inverse = solve(outer, y, false);
  return inverse > 0 ? solve(line, 1 / inverse, true) : std::numeric_limits<double>::infinity();
}

const Node* innermost(const Node* expression, DistanceForm* form) {
  Oid function = InvalidOid;
  double constant = 0;
  bool is_left = false;
  const Node* operand = operand_of(expression, &function, &constant, &is_left);
  if (operand == nullptr) {
    *form = {};
    return expression;
  }
  const Node* inner = innermost(operand, form);
  if (function == F_FLOAT8UM) {
    negate(form->is_inverse ? &form->outer : &form->line);
    return inner;
  }
  if (!apply(function, constant, is_left, form)) {
    *form = {};
    return expression;
  }
  return inner;
}

DistanceForm DistanceForm::of_negative() const {
  DistanceForm form = *this;
  form.line.factor = -line.factor;
  return form;
}

int sign_of_call(const FuncExpr* call, Oid function) {
  if (call->funcid == function) {
    return 1;
  }
  const char* product = get_func_name(call->funcid);
  const char* negative = get_func_name(function);
  return product != nullptr && negative != nullptr && strcmp(product, "inner_product") == 0 &&
                 strstr(negative, "_negative_inner_product") != nullptr &&
                 get_func_namespace(call->funcid) == get_func_namespace(function) &&
                 have_same_operands(call->funcid, function)
             ? -1
             : 0;
}

bool is_form_of(const Node* expression, const OpExpr* distance, DistanceForm* form) {
  const Node* inner = innermost(expression, form);
  if (equal(inner, distance)) {
    return true;
  }
  const auto* call = reinterpret_cast<const FuncExpr*>(inner);
  const int sign = IsA(inner, FuncExpr) && equal(call->args, distance->args)
                       ? sign_of_call(call, get_opcode(distance->opno))
                       : 0;
  if (sign < 0) {
    *form = form->of_negative();
  }
  return sign != 0;
}

bool compares_form_of(const RestrictInfo* condition, const OpExpr* distance) {
  DistanceForm unused;
  return is_opclause(condition->clause) && get_rightop(condition->clause) != nullptr &&
         (is_form_of(get_leftop(condition->clause), distance, &unused) ||
          is_form_of(get_rightop(condition->clause), distance, &unused));
}

bool is_distance_limit(PlannerInfo* root, const RestrictInfo* condition, const OpExpr* distance,
                       DistanceLimit* limit) {
  if (condition->pseudoconstant || !is_opclause(condition->clause)) {
    return false;
  }
  Node* compared = get_leftop(condition->clause);
  Node* bound = get_rightop(condition->clause);
  if (bound == nullptr) {
    return false;
  }
  Oid op = reinterpret_cast<OpExpr*>(condition->clause)->opno;
  if (!bms_is_empty(pull_varnos(root, bound))) {
    std::swap(compared, bound);
    op = get_commutator(op);
  }
  const Side side = side_of(op);
  if (side == Side::kNone || !bms_is_empty(pull_varnos(root, bound)) ||
      !is_form_of(compared, distance, &limit->form)) {
    return false;
  }
  limit->bound = as_float8(reinterpret_cast<Expr*>(bound));
  limit->is_below = side == Side::kBelow && limit->form.is_distance();
  return limit->bound != nullptr && (side != Side::kFrom) == limit->form.is_rising();
}

}  // namespace vecext::pg
