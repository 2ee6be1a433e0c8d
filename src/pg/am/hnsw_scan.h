// Index scans of hnsw.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
}

namespace vecext::pg {

/// ambeginscan; the rest of a scan is that of ordered_scan.h.
IndexScanDesc hnsw_begin_scan(Relation index, int keys, int order_bys);

}  // namespace vecext::pg
