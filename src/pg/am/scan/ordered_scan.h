// Index scans in the order of the operator's distance, for all access methods. It makes batches,
// computes exact distances from the table, orders the rows, and returns no row twice. The access
// method does the searches (scan_method.h).
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
#include "access/relscan.h"
}

namespace vecext::pg {

/// Raises k for the next search, unless the scan has a filter, as the filter plans the searches
/// itself.
void search_for_more(OrderedScan* scan);

/// Fills in the routine of an access method. Fields that later servers have added stay zero.
void fill_routine(const AccessMethod& method, IndexAmRoutine* routine);

/// Makes what an access method's handler returns.
template <const AccessMethod& method>
IndexAmRoutine* make_routine() {
  static IndexAmRoutine own;
  IndexAmRoutine* routine = room_of_routine(&own);
  fill_routine(method, routine);
  return routine;
}

/// Starts the scan if it has not returned a row yet: reads its query and settings.
const OrderedScan& started_scan(IndexScanDesc scan);

/// Returns the values of the rows that no search of a started scan has found.
RowValues rest_values(const OrderedScan& scan);

/// Returns the cache entry of the index of a started scan.
CachedFile* file_of_scan(const OrderedScan& scan);

/// Keeps a scan, which must not have started, out of the statistics of the index. They are about
/// users' queries.
void leave_uncounted(IndexScanDesc scan);

/// Adds what a scan did to the output of EXPLAIN.
void show_work(const ScanWork& work, const ExplainProperties& properties);

/// Returns the work of a scan so far, or null if the index is not one of this library's.
const ScanWork* work_of_scan(IndexScanDesc scan);

/// The last scan with a search that this backend has finished. `index` is invalid if there is none.
struct FinishedScan {
  Oid index;
  ScanWork work;
};
const FinishedScan& last_finished_scan();

}  // namespace vecext::pg
