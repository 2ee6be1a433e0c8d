// Index scans that hand out rows in the order of the operator's distance. What they have in common:
// batches, exact distances from the table, the order of rows, none handed out twice. How rows are
// searched for is the access method's (scan_method.h).
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
#include "access/relscan.h"
}

namespace vecext::pg {

/// Plans the next search to be for more rows, where it is not for the conditions to say.
void search_for_more(OrderedScan* scan);

/// What the handler of an access method returns. Fields that later servers add stay zero.
IndexAmRoutine* make_routine(const AccessMethod& method);

/// A scan with its query read, which the first row would do.
const OrderedScan& started_scan(IndexScanDesc scan);

/// Where the pages of such a scan's table were seen; null where that is not known.
BufferHints* known_rows(const OrderedScan& scan, Relation heap);

/// Has EXPLAIN show what a scan did.
void show_work(const ScanWork& work, const ExplainProperties& properties);

/// The work of a scan so far; null for a scan of another kind.
const ScanWork* work_of_scan(IndexScanDesc scan);

/// The last scan that this backend has finished; no index, if none has searched yet.
struct FinishedScan {
  Oid index;
  ScanWork work;
};
const FinishedScan& last_finished_scan();

}  // namespace vecext::pg
