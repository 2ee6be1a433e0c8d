#include "pg/am/common/row_check.h"

#include "pg/am/common/index_cache.h"

extern "C" {
#include "access/heapam.h"
#include "storage/bufmgr.h"
}

namespace vecext::pg {

void RowCheck::check_again(Relation index, Relation table, RowId row) {
  // The pages of other table access methods need not be those of a file.
  blocks_ = table->rd_tableam == GetHeapamTableAmRoutine() ? RelationGetNumberOfBlocks(table)
                                                           : MaxBlockNumber;
  if (row.page >= blocks_ || row.line == 0 || row.line > MaxOffsetNumber) {
    check_index(index, corrupt());
  }
}

}  // namespace vecext::pg
