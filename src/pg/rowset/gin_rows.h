// Lists the rows of a GIN scan.
#pragma once

#include "core/filter/row_list.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// Returned in place of a number of rows, it means that the rows cannot be listed. As a limit, it
/// means that there is none.
inline constexpr Size kNotListed = ~Size{0};

/// Adds the rows that a GIN scan may match to the list, in the order of the table, and returns
/// their number. The rows must be rechecked unless gin_decides() is true. If the number is above
/// `most`, it is only about the number of rows that match, and the list is of no use. Memory for
/// lists of several entries comes from `scratch`.
///
/// Returns kNotListed if a list is full. Also returns kNotListed unless all of this is true: a row
/// matches only if it has all entries that the operator class asks for (`@>` of jsonb and arrays),
/// the index has no pending entries, and the transaction is not serializable. If `read` is not
/// null, notes there the pages into which a row that matches would be inserted.
Size list_gin_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                   PagesRead* read);

/// True if all rows that list_gin_rows() has listed fulfil the conditions of the scan.
bool gin_decides(IndexScanDesc scan);

}  // namespace vecext::pg
