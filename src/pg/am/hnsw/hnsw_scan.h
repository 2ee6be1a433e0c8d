// Scans of hnsw.
#pragma once

#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

extern const ScanMethod kGraphScan;

}  // namespace vecext::pg
