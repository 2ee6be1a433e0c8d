// The distance of the row that a scan has returned last, for expressions that the executor
// evaluates of it: the scan knows it already.
#pragma once

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// True if `value` is that of the index's column in the row that the scan has returned last, where
/// the executor has it: in the page of the table. Then `distance` is the row's. The scan runs.
bool distance_of_last(const OrderedScan& scan, Datum value, double* distance);

}  // namespace vecext::pg
