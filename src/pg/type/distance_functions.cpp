// The distance functions. operands() and bit_distance() check the arguments, so that each SQL
// function takes one line.
//
// ARCHITECTURE.md ("To add a metric") lists what else a new distance needs.
#include "core/value/distance.h"
#include "pg/type/datum.h"

extern "C" {
#include "utils/varbit.h"
}

namespace vecext::pg {

namespace {

/// Applies a distance to two bit strings, which must be of equal length.
template <double (*Distance)(const std::uint8_t*, const std::uint8_t*, std::size_t)>
Datum bit_distance(FunctionCallInfo fcinfo) {
  VarBit* a = PG_GETARG_VARBIT_P(0);
  VarBit* b = PG_GETARG_VARBIT_P(1);
  if (VARBITLEN(a) != VARBITLEN(b)) {
    raise({.code = StatusCode::kDifferentBitLengths,
           .expected = VARBITLEN(a),
           .actual = VARBITLEN(b)});
  }
  const double result = Distance(VARBITS(a), VARBITS(b), VARBITBYTES(a));
  PG_FREE_IF_COPY(a, 0);
  PG_FREE_IF_COPY(b, 1);
  PG_RETURN_FLOAT8(result);
}

}  // namespace

/// The entry point of distance `name` (core/value/distance.h) for one type.
#define VECEXT_DISTANCE(type, View, name)       \
  VECEXT_FUNCTION(type##_##name)                \
  {                                             \
    const auto [a, b] = operands<View>(fcinfo); \
    PG_RETURN_FLOAT8(name(a, b));               \
  }

#define VECEXT_DISTANCES(type, View)                  \
  VECEXT_DISTANCE(type, View, l2_distance)            \
  VECEXT_DISTANCE(type, View, l2_squared_distance)    \
  VECEXT_DISTANCE(type, View, inner_product)          \
  VECEXT_DISTANCE(type, View, negative_inner_product) \
  VECEXT_DISTANCE(type, View, cosine_distance)        \
  VECEXT_DISTANCE(type, View, l1_distance)

VECEXT_DISTANCES(vector, VectorView)
VECEXT_DISTANCES(halfvec, HalfvecView)
VECEXT_DISTANCES(sparsevec, SparsevecView)

VECEXT_DISTANCE(vector, VectorView, spherical_distance)
VECEXT_DISTANCE(halfvec, HalfvecView, spherical_distance)

VECEXT_FUNCTION(bit_hamming_distance)
{ return bit_distance<hamming_distance>(fcinfo); }
VECEXT_FUNCTION(bit_jaccard_distance)
{ return bit_distance<jaccard_distance>(fcinfo); }

}  // namespace vecext::pg
