// Searches of inverted indexes.
#pragma once

#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

extern const ScanMethod kInvertedScan;

}  // namespace vecext::pg
