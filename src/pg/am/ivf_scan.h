// Index scans of ivfflat and ivfpq: rows in the order of the operator's distance.
#pragma once

#include "pg/am/ivf_build.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
}

namespace vecext::pg {

/// What a scan did, all its rescans together.
struct ScanWork {
  int64 lists;
  int64 pages;
  int64 rows_scored;
  int64 rows_reranked;
};

/// The work of a scan so far; null for a scan of another access method.
const ScanWork* ivf_scan_work(IndexScanDesc scan);

/// The last scan that this backend has finished; no index, if none has searched yet.
struct FinishedScan {
  Oid index;
  ScanWork work;
};
const FinishedScan& last_finished_scan();

IndexScanDesc ivf_begin_scan(Relation index, int keys, int order_bys);
void ivf_rescan(IndexScanDesc scan, ScanKey keys, int key_count, ScanKey order_bys,
                int order_by_count);
bool ivf_get_tuple(IndexScanDesc scan, ScanDirection direction);
void ivf_end_scan(IndexScanDesc scan);

}  // namespace vecext::pg
