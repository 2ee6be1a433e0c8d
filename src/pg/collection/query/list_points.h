// Points in an order that is not one by scores.
#pragma once

#include "pg/collection/common/point_order.h"
#include "pg/collection/search/hits.h"

namespace vecext::pg {

/// Returns the first `count` points in the order of their ids or, if `is_random`, `count` random
/// ones.
Hits list_points(const RowSource& source, bool is_random, int64 count);

/// Returns the first `count` points in the order of a key of the payload. Points without a value to
/// order by are left out.
Hits list_by_key(PointOrder order, const RowSource& source, int64 count);

}  // namespace vecext::pg
