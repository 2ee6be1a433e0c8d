// A formula computes a score from the scores of prefetches, from values of the payload and from
// conditions.
#pragma once

#include "core/condition/condition.h"
#include "core/score/decay.h"
#include "pg/collection/search/hits.h"
#include "pg/collection/common/request_value.h"

namespace vecext::pg {

enum class FormulaKind : uint8 {
  kConstant,     // number
  kScore,        // index: the number of the prefetch
  kVariable,     // path
  kDatetimeKey,  // path of a time; the value is in seconds since 1970-01-01 UTC
  kCondition,    // index among the formula's conditions; the value is 1 or 0
  kSum,          // operands
  kProduct,      // operands
  kNegative,     // operands[0], as for the next six kinds
  kAbsolute,
  kSquareRoot,
  kExponential,
  kNaturalLog,
  kLog10,
  kAreaHyperbolicCosine,
  kLargest,      // operands, at least one
  kSmallest,     // operands, at least one
  kQuotient,     // operands: left, right; default_number is the value if the right one is 0 and
                 // has_default
  kPower,        // operands: base, exponent
  kGeoDistance,  // origin, path; the value is in meters
  kDecay,        // operands: x, target; decay; number is the scale; midpoint
};

struct FormulaNode {
  FormulaKind kind;
  const Json* json;
  double number;
  int index;
  bool has_default;
  double default_number;  // valid if has_default, but for kGeoDistance
  GeoPoint origin;
  GeoPoint default_point;  // the same for kGeoDistance
  PayloadPath path;
  DecayKind decay;
  double midpoint;
  const FormulaNode** operands;
  int operand_count;
};

struct Formula {
  const FormulaNode* root;
  GrowingArray<Datum> conditions;  // filters as jsonb
  bool reads_payload;
};

/// Reads a formula over the scores of `prefetch_count` lists. `defaults` is the request's object of
/// defaults, or null if it has none.
const Formula* parse_formula(const Json& json, const Json* defaults, int prefetch_count);

/// The point that a formula is evaluated for.
struct FormulaPoint {
  const double* scores;  // by prefetch; NaN if the point is not in that list
  const Jsonb* payload;  // null if there is none
  const bool* conditions;
};

/// Returns the value of the formula. Raises an ERROR 22003 if it is not finite, 22023 if a value of
/// the payload is missing and has no default, or is of another type.
double evaluate_formula(const Formula& formula, const FormulaPoint& point);

/// Returns the `limit` best points of all `lists` by the value of the formula, which becomes their
/// score, the best first.
Hits score_by_formula(const Collection& collection, const Formula& formula, const Hits* lists,
                      int list_count, int64 limit);

}  // namespace vecext::pg
