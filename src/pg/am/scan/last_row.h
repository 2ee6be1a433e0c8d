// The distance of the row that a scan has returned last. The scan knows it already, so expressions
// that the executor evaluates on the row need not compute it again.
#pragma once

#include <optional>

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the distance of the row that the scan, which is running, has returned last. Returns it
/// only if `value` is the value of the index's column in that row, where the executor has it: in
/// the page of the table.
std::optional<double> distance_of_last(const OrderedScan& scan, Datum value);

}  // namespace vecext::pg
