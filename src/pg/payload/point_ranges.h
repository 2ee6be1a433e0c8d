// Sets of numbers and of times as multiranges of single points, which GiST indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
}

namespace vecext::pg {

/// Returns the bound that stands for a number in a nummultirange. Bounds have the order of their
/// numbers, so a number within a range has its bound within the range of the bounds. Different
/// numbers have different bounds up to 8e307; larger numbers become infinite, as the server's GiST
/// class raises an error if a difference exceeds the doubles. `number` must not be NaN.
Datum number_bound(double number);

/// Returns the multirange of `count` > 0 points, of type nummultirange or tstzmultirange. This is
/// fastest if the points are sorted.
MultirangeType* point_ranges(Oid multirange_type, const Datum* points, int count);

/// Returns the multirange from *low to *high, both included. If a pointer is null, the range has no
/// bound on that side. The multirange is empty if *low is above *high.
MultirangeType* range_between(Oid multirange_type, const Datum* low, const Datum* high);

}  // namespace vecext::pg
