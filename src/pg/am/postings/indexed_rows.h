// Which rows an index of posting lists has.
#pragma once

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// ScanMethod::each_row: all that VACUUM has not removed.
void each_indexed_row(Relation index, RowSink* sink);

/// ScanMethod::count_rows: about how many there are.
int64 count_indexed_rows(Relation index);

}  // namespace vecext::pg
