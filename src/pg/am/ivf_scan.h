// Index scans of ivfflat and ivfpq: rows in the order of the operator's distance.
#pragma once

#include "pg/am/ivf_build.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
}

namespace vecext::pg {

IndexScanDesc ivf_begin_scan(Relation index, int keys, int order_bys);
void ivf_rescan(IndexScanDesc scan, ScanKey keys, int key_count, ScanKey order_bys,
                int order_by_count);
bool ivf_get_tuple(IndexScanDesc scan, ScanDirection direction);
void ivf_end_scan(IndexScanDesc scan);

}  // namespace vecext::pg
