// The order of the three types, for btree, DISTINCT, GROUP BY and ORDER BY on the value itself.
#include "core/value/arithmetic.h"
#include "pg/type/datum.h"

namespace vecext::pg {

namespace {

/// Compares the two arguments, whose dimensions may differ. Returns -1, 0 or 1.
template <class View>
int compare_arguments(FunctionCallInfo fcinfo) {
  return compare(argument<View>(fcinfo, 0), argument<View>(fcinfo, 1));
}

}  // namespace

#define VECEXT_COMPARISONS(type, View)                      \
  VECEXT_FUNCTION(type##_lt)                                \
  { PG_RETURN_BOOL(compare_arguments<View>(fcinfo) < 0); }  \
  VECEXT_FUNCTION(type##_le)                                \
  { PG_RETURN_BOOL(compare_arguments<View>(fcinfo) <= 0); } \
  VECEXT_FUNCTION(type##_eq)                                \
  { PG_RETURN_BOOL(compare_arguments<View>(fcinfo) == 0); } \
  VECEXT_FUNCTION(type##_ne)                                \
  { PG_RETURN_BOOL(compare_arguments<View>(fcinfo) != 0); } \
  VECEXT_FUNCTION(type##_ge)                                \
  { PG_RETURN_BOOL(compare_arguments<View>(fcinfo) >= 0); } \
  VECEXT_FUNCTION(type##_gt)                                \
  { PG_RETURN_BOOL(compare_arguments<View>(fcinfo) > 0); }  \
  VECEXT_FUNCTION(type##_cmp)                               \
  { PG_RETURN_INT32(compare_arguments<View>(fcinfo)); }

VECEXT_COMPARISONS(vector, VectorView)
VECEXT_COMPARISONS(halfvec, HalfvecView)
VECEXT_COMPARISONS(sparsevec, SparsevecView)

}  // namespace vecext::pg
