// Forms in which queries write a distance: 1 - (v <=> q), -(body <@> q), 1 / (1 + (v <-> q)),
// l2_distance(v, q). Each rises or falls with the distance, so that an index in the order of the
// distance is in the order of the form, and a bound of the form is one of the distance.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// y = factor * x + added, computed in floats whose magnitudes add up to `size`, but for those of
/// x.
struct Line {
  double factor = 1;
  double added = 0;
  double size = 0;
};

/// y = line(distance), or outer(1 / line(distance)).
struct DistanceForm {
  /// The form of the negative distance.
  DistanceForm of_negative() const;

  Line line;
  bool is_inverse = false;  // then line(distance) is positive
  Line outer;

  bool is_distance() const {
    return !is_inverse && line.factor == 1 && line.added == 0 && line.size == 0;
  }
  /// True if y rises with the distance, and does not fall.
  bool is_rising() const { return (line.factor > 0) == (!is_inverse || outer.factor < 0); }

  /// An upper bound of the distances at which y, rounded as floats are, may have this value;
  /// infinity or NaN if there is none.
  double distance_at(double y) const;
};

/// If the expression is a form of the distance, sets how it is made of it.
bool is_form_of(const Node* expression, const OpExpr* distance, DistanceForm* form);

/// The expression of which this one is a form, an operator or the call of a function; sets how it
/// is made of that.
const Node* innermost(const Node* expression, DistanceForm* form);

/// 1 if the call has the value that an operator with this function has of the same operands; -1 if
/// it has the negative value, as inner_product() has that of `<#>`; otherwise 0.
int sign_of_call(const FuncExpr* call, Oid function);

/// True if the condition compares a form of the distance.
bool compares_form_of(const RestrictInfo* condition, const OpExpr* distance);

/// A limit of the distance that follows from a condition on one of its forms.
struct DistanceLimit {
  Expr* bound;  // of the form, a float8 that depends on no table
  DistanceForm form;
  bool is_below;  // the form is the distance, and rows at the limit do not match
};

/// If the condition limits the distance, sets *limit.
bool is_distance_limit(PlannerInfo* root, const RestrictInfo* condition, const OpExpr* distance,
                       DistanceLimit* limit);

}  // namespace vecext::pg
