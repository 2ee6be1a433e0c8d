// Lists the rows of a btree scan, leaf by leaf.
#pragma once

#include "core/filter/row_list.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// Adds the rows of a btree scan to the list, and returns their number. If the number is more than
/// `most`, or the list is full, the list is not complete. If `read` is not null, notes there the
/// pages into which a row that the scan would return could be inserted, as far as the index shows
/// them.
Size list_btree_rows(IndexScanDesc scan, Size most, RowList* rows, PagesRead* read);

}  // namespace vecext::pg
