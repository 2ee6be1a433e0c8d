// The rows that an index of posting lists has.
#pragma once

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Implements ScanMethod::each_row: gives all rows that VACUUM has not removed.
void each_indexed_row(Relation index, RowSink* sink);

/// Implements ScanMethod::count_rows: returns about how many of these rows there are.
int64 count_indexed_rows(Relation index);

}  // namespace vecext::pg
