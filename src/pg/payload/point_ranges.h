// Sets of numbers and of times as multiranges of single points, which GiST indexes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
}

namespace vecext::pg {

/// Returns the bound that stands for a number in a nummultirange. A number within a range has its
/// point within the range of the bounds: the order of numbers is kept, and different numbers stay
/// different up to 8e307. Larger ones become infinite, as the server's GiST class raises errors on
/// differences beyond the doubles. `number` is no NaN.
Datum number_bound(double number);

/// The multirange of the `count` points, of type nummultirange or tstzmultirange; count > 0. It is
/// made fastest of points in their order.
MultirangeType* point_ranges(Oid multirange_type, const Datum* points, int count);

/// Returns the multirange from *low to *high, both within. Where one is null the range has no such
/// bound. The multirange is empty if *low is above *high.
MultirangeType* range_between(Oid multirange_type, const Datum* low, const Datum* high);

}  // namespace vecext::pg
