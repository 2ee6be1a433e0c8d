// The executor's node of a filtered scan.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/extensible.h"
}

namespace vecext::pg {

/// The callback CreateCustomScanState of a plan of filtered_plan.h.
Node* create_filtered_scan(CustomScan* scan);

}  // namespace vecext::pg
