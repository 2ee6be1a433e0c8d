// The distance of the row that a scan has returned last. The scan knows it already, so expressions
// that the executor evaluates on the row need not compute it again.
#pragma once

#include <optional>

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the distance of the row that a running scan has returned last, if it is known that
/// `value` is the indexed value of that row: `value` must lie where the executor has the row's
/// value, in the page of the table. Otherwise returns nothing.
std::optional<double> distance_of_last(const OrderedScan& scan, Datum value);

}  // namespace vecext::pg
