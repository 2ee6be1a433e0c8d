// Scans of bm25 indexes.
#pragma once

#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

extern const ScanMethod kTextScan;

/// About how many rows an index has.
int64 count_texts(Relation index);

}  // namespace vecext::pg
