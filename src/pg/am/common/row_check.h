// Checks row ids that an index has, before the server reads the table's page: for page 0xffffffff
// it would extend the table.
#pragma once

#include "core/base/ids.h"
#include "pg/sys/pg.h"

extern "C" {
#include "storage/block.h"
#include "storage/off.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// The rows that a table may have. VACUUM removes rows from the index before it truncates the
/// table, so that an index never names a row behind the table's end, here or on a standby.
class RowCheck {
 public:
  /// Raises that the index is damaged if its table can have no such row. Takes the size of the
  /// table when a row lies behind the size taken before.
  void check(Relation index, Relation table, RowId row) {
    if (row.page >= blocks_ || row.line == 0 || row.line > MaxOffsetNumber) [[unlikely]] {
      check_again(index, table, row);
    }
  }

 private:
  void check_again(Relation index, Relation table, RowId row);

  BlockNumber blocks_ = 0;
};

}  // namespace vecext::pg
