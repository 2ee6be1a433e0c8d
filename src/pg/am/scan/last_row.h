// The distance of the row that a scan has returned last, for expressions that the executor
// evaluates of it: the scan knows it already.
#pragma once

#include <optional>

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The distance of the row that the scan has returned last, if `value` is that of the index's
/// column in it, where the executor has it: in the page of the table. The scan runs.
std::optional<double> distance_of_last(const OrderedScan& scan, Datum value);

}  // namespace vecext::pg
