// The forms in which queries write a distance: 1 - (v <=> q), -(body <@> q), 1 / (1 + (v <-> q)),
// l2_distance(v, q). Each rises or falls with the distance, so an index in the order of the
// distance is also in the order of the form, and a bound of the form is a bound of the distance.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// y = factor * x + added. `size` is the sum of the magnitudes of the constants that are added in
/// the computation of y. Together with the magnitude of x, it bounds the rounding errors of y.
struct Line {
  double factor = 1;
  double added = 0;
  double size = 0;
};

/// y = line(distance), or outer(1 / line(distance)).
struct DistanceForm {
  /// Returns the form of the negative distance.
  DistanceForm of_negative() const;

  Line line;
  bool is_inverse = false;  // if it is true, line(distance) is positive
  Line outer;

  bool is_distance() const {
    return !is_inverse && line.factor == 1 && line.added == 0 && line.size == 0;
  }
  /// True if y rises with the distance, and false if it falls.
  bool is_rising() const { return (line.factor > 0) == (!is_inverse || outer.factor < 0); }

  /// Returns an upper bound of the distances at which y, rounded as floats are, may have this
  /// value, or infinity or NaN if there is no bound.
  double distance_at(double y) const;
};

/// True if the expression is a form of the distance. Then sets *form to how the expression is made
/// from the distance.
bool is_form_of(const Node* expression, const OpExpr* distance, DistanceForm* form);

/// Returns the operator or function call of which the expression is a form, and sets *form to how
/// the expression is made from it.
const Node* innermost(const Node* expression, DistanceForm* form);

/// Returns 1 if the call has the value that an operator with this function has for the same
/// operands, -1 if it has the negative value, as inner_product() has compared with `<#>`, and
/// otherwise 0.
int sign_of_call(const FuncExpr* call, Oid function);

/// True if the condition compares a form of the distance.
bool compares_form_of(const RestrictInfo* condition, const OpExpr* distance);

/// A limit of the distance that follows from a condition on one of its forms.
struct DistanceLimit {
  Expr* bound;  // the bound of the form, a float8 that depends on no table
  DistanceForm form;
  bool is_below;  // true if the form is the distance itself, and rows at the limit do not match
};

/// True if the condition limits the distance. Then sets *limit.
bool is_distance_limit(PlannerInfo* root, const RestrictInfo* condition, const OpExpr* distance,
                       DistanceLimit* limit);

}  // namespace vecext::pg
