// Scans of bm25 indexes.
#pragma once

#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

extern const ScanMethod kTextScan;

}  // namespace vecext::pg
