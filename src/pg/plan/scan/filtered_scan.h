// The executor's node of a filtered scan.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/extensible.h"
}

namespace vecext::pg {

/// CreateCustomScanState for a plan of filtered_plan.h.
Node* create_filtered_scan(CustomScan* scan);

}  // namespace vecext::pg
