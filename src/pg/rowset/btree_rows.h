// The rows of a btree in a list, leaf by leaf.
#pragma once

#include "core/filter/row_list.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// Adds all rows that a scan of a btree gives to the list; how many. More than `most`, or a full
/// list: it is not all of them.
Size list_btree_rows(IndexScanDesc scan, Size most, RowList* rows);

}  // namespace vecext::pg
