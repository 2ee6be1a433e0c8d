// Lists the rows of a btree scan, leaf by leaf.
#pragma once

#include "core/filter/row_list.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// Adds the rows of a btree scan to the list, and returns their number. The list is not complete if
/// the number is above `most`, or if the list is full. If `read` is not null, notes there the pages
/// into which a row could be inserted that the scan would return, as far as the index shows these
/// pages.
Size list_btree_rows(IndexScanDesc scan, Size most, RowList* rows, PagesRead* read);

}  // namespace vecext::pg
