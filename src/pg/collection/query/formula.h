// Formulas: a score made of the scores of prefetches, of values of the payload and of conditions.
#pragma once

#include "core/condition/condition.h"
#include "core/score/decay.h"
#include "pg/collection/search/hits.h"
#include "pg/collection/common/request_value.h"

namespace vecext::pg {

enum class FormulaKind : uint8 {
  kConstant,     // number
  kScore,        // index: of that prefetch
  kVariable,     // path
  kDatetimeKey,  // path: a time, in seconds since 1970-01-01 UTC
  kCondition,    // index: among the formula's conditions; 1 or 0
  kSum,          // operands
  kProduct,      // operands
  kNegative,     // operands[0], as for the next ones
  kAbsolute,
  kSquareRoot,
  kExponential,
  kNaturalLog,
  kLog10,
  kQuotient,     // operands: left, right; number: of a zero on the right, if has_default
  kPower,        // operands: base, exponent
  kGeoDistance,  // origin, path: meters
  kDecay,        // operands: x, target; decay, number: scale, midpoint
};

struct FormulaNode {
  FormulaKind kind;
  const Json* json;
  double number;
  int index;
  bool has_default;
  double default_number;  // of scores, variables, times
  GeoPoint origin;
  GeoPoint default_point;  // kGeoDistance
  PayloadPath path;
  DecayKind decay;
  double midpoint;
  const FormulaNode** operands;
  int operand_count;
};

struct Formula {
  const FormulaNode* root;
  GrowingArray<Datum> conditions;  // filters, as jsonb
  bool reads_payload;
};

/// Reads a formula over `prefetch_count` lists; `defaults` may be null.
const Formula* parse_formula(const Json& json, const Json* defaults, int prefetch_count);

/// What a formula is evaluated for: a point.
struct FormulaPoint {
  const double* scores;  // by prefetch; NaN if the point is not in that list
  const Jsonb* payload;  // null if there is none
  const bool* conditions;
};

/// The value of the formula. ERROR 22003 if it is not finite, 22023 if a value of the payload is
/// missing or of another type.
double evaluate_formula(const Formula& formula, const FormulaPoint& point);

/// The points of `lists` with the formula's value as their score, the best `limit` first.
Hits score_by_formula(const Collection& collection, const Formula& formula, const Hits* lists,
                      int list_count, int64 limit);

}  // namespace vecext::pg
