// Index scans in the order of the operator's distance, for all access methods: batches, exact
// distances from the table, the order of rows, no row twice. The access method does the searches
// (scan_method.h).
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
#include "access/relscan.h"
}

namespace vecext::pg {

/// Raises k for the next search, unless the scan has a filter, which plans the searches itself.
void search_for_more(OrderedScan* scan);

/// Fields that later servers add stay zero.
void fill_routine(const AccessMethod& method, IndexAmRoutine* routine);

/// The result of an access method's handler.
template <const AccessMethod& method>
IndexAmRoutine* make_routine() {
  static IndexAmRoutine own;
  IndexAmRoutine* routine = room_of_routine(&own);
  fill_routine(method, routine);
  return routine;
}

/// Starts the scan if it has returned no row yet: reads its query and settings.
const OrderedScan& started_scan(IndexScanDesc scan);

/// What the rows have that no search of a started scan has found.
RowValues rest_values(const OrderedScan& scan);

/// What the session keeps of the index of a started scan.
CachedFile* file_of_scan(const OrderedScan& scan);

/// Adds what a scan did to the output of EXPLAIN.
void show_work(const ScanWork& work, const ExplainProperties& properties);

/// The work of a scan so far; null if the index is not one of this library's.
const ScanWork* work_of_scan(IndexScanDesc scan);

/// The last scan with a search that this backend has finished; `index` is invalid if there is none.
struct FinishedScan {
  Oid index;
  ScanWork work;
};
const FinishedScan& last_finished_scan();

}  // namespace vecext::pg
