// The LIMIT above an index scan: the access method does not know how many rows are wanted, but the
// query's plan knows.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// The LIMIT that takes the rows of a scan as they come, as far as no other node stands between;
/// null where there is none. It stays as long as the scan.
const LimitState* find_limit(IndexScanDesc scan);

/// Rows that it takes, and leaves out before; 0: it takes all.
int64 rows_of_limit(const LimitState& limit);

/// Has the plans that run noted. To be called once.
void note_running_plans();

}  // namespace vecext::pg
