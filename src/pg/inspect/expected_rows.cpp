#include "pg/inspect/expected_rows.h"

extern "C" {
#include "catalog/index.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

void scan_indexed_rows(Relation heap, Relation index, IndexBuildCallback callback, void* context) {
  IndexInfo* info = BuildIndexInfo(index);
  info->ii_Concurrent = true;  // other sessions may write meanwhile
  const TableScanDesc scan =
      table_beginscan_strat(heap, GetActiveSnapshot(), 0, nullptr, true, true);
  table_index_build_scan(heap, index, info, true, false, callback, context, scan);
}

}  // namespace vecext::pg
