// Which rows an index of posting lists has.
#pragma once

#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// ScanMethod::mark_rows: all that VACUUM has not removed.
void mark_indexed_rows(Relation index, RowMarks* marks);

/// ScanMethod::count_rows: about how many there are.
int64 count_indexed_rows(Relation index);

}  // namespace vecext::pg
