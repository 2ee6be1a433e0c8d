// Points in an order that scores do not make.
#pragma once

#include "pg/collection/common/point_order.h"
#include "pg/collection/search/hits.h"

namespace vecext::pg {

/// `count` points in the order of their ids, or random ones.
Hits list_points(const RowSource& source, bool is_random, int64 count);

/// `count` points in the order of a key of the payload; those that have no place in it are left
/// out.
Hits list_by_key(PointOrder order, const RowSource& source, int64 count);

}  // namespace vecext::pg
