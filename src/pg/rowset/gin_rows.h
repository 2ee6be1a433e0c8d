// Lists the rows of a GIN scan.
#pragma once

#include "core/filter/row_list.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// In place of a number of rows: the rows cannot be listed. As a limit: there is none.
inline constexpr Size kNotListed = ~Size{0};

/// Adds the rows that a GIN scan may match to the list, in the order of the table, and returns
/// their number. Unless gin_decides() says otherwise, they must be rechecked. A result above `most`
/// is about the number of rows that match; then the list is of no use. Lists of several entries
/// come from `scratch`.
///
/// Returns kNotListed if a list is full, or unless a row matches only if it has all entries that
/// the operator class asks for (`@>` of jsonb and arrays), the index has no pending entries, and
/// the transaction is not serializable. Unless `read` is null, notes there which pages a row that
/// matches would be inserted into.
Size list_gin_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                   PagesRead* read);

/// True if all rows that list_gin_rows() has listed fulfil the conditions of the scan.
bool gin_decides(IndexScanDesc scan);

}  // namespace vecext::pg
