#include "pg/payload/point_ranges.h"

#include "pg/sys/memory.h"

#include <cmath>

extern "C" {
#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

Datum number_bound(double number) {
  constexpr double kMostFinite = 8e307;  // less than half of the largest double
  constexpr double kMostInteger = 9007199254740992;
  if (std::fabs(number) <= kMostInteger && number == std::trunc(number)) {
    return NumericGetDatum(int64_to_numeric(static_cast<int64>(number)));
  }
  char decimal[DOUBLE_SHORTEST_DECIMAL_LEN] = "Infinity";
  if (number < -kMostFinite) {
    strcpy(decimal, "-Infinity");
  } else if (number <= kMostFinite) {
    double_to_shortest_decimal_buf(number, decimal);
  }
  return DirectFunctionCall3(numeric_in, CStringGetDatum(decimal), ObjectIdGetDatum(InvalidOid),
                             Int32GetDatum(-1));
}

MultirangeType* range_between(Oid multirange_type, const Datum* low, const Datum* high) {
  TypeCacheEntry* type = lookup_type_cache(multirange_type, TYPECACHE_MULTIRANGE_INFO)->rngtype;
  RangeBound lower{.val = low == nullptr ? Datum{0} : *low,
                   .infinite = low == nullptr,
                   .inclusive = low != nullptr,
                   .lower = true};
  RangeBound upper{.val = high == nullptr ? Datum{0} : *high,
                   .infinite = high == nullptr,
                   .inclusive = high != nullptr,
                   .lower = false};
  const bool is_empty =
      low != nullptr && high != nullptr && range_cmp_bound_values(type, &lower, &upper) > 0;
  RangeType* range = is_empty ? nullptr : new_range(type, &lower, &upper);
  return make_multirange(multirange_type, type, is_empty ? 0 : 1, &range);
}

MultirangeType* point_ranges(Oid multirange_type, const Datum* points, int count) {
  TypeCacheEntry* type = lookup_type_cache(multirange_type, TYPECACHE_MULTIRANGE_INFO)->rngtype;
  auto** ranges = huge_array<RangeType*>(count);
  for (int i = 0; i < count; ++i) {
    RangeBound low{.val = points[i], .infinite = false, .inclusive = true, .lower = true};
    RangeBound high{.val = points[i], .infinite = false, .inclusive = true, .lower = false};
    ranges[i] = new_range(type, &low, &high);
  }
  return make_multirange(multirange_type, type, count, ranges);
}

}  // namespace vecext::pg
