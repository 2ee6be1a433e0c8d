// Running a scan with conditions.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/extensible.h"
}

namespace vecext::pg {

/// The executor's node for a plan of filtered_plan.h.
Node* create_filtered_scan(CustomScan* scan);

}  // namespace vecext::pg
