// Scans of ivfflat and ivfpq.
#pragma once

#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

extern const ScanMethod kListScan;

}  // namespace vecext::pg
