// Lists the rows of a GIN scan.
#pragma once

#include "core/filter/row_list.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// A number of rows that stands for two things: as a result, that the rows cannot be listed; as a
/// limit, that there is no limit.
inline constexpr Size kNotListed = ~Size{0};

/// Adds the rows that a GIN scan may match to the list, in the order of the table, and returns
/// their number. The rows must be rechecked unless gin_decides() is true. If the number is above
/// `most`, it is only an estimate of how many rows match, and the list must not be used. Memory for
/// the lists of single entries comes from `scratch`.
///
/// Returns kNotListed if a list is full, and also if one of these conditions is not met: a row can
/// match only if it has all entries that the operator class asks for (as with `@>` of jsonb and
/// arrays); the index has no pending entries; the transaction is not serializable. If `read` is not
/// null, notes there the pages into which a row that matches would be inserted.
Size list_gin_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                   PagesRead* read);

/// True if all rows that list_gin_rows() has listed are known to fulfil the conditions of the scan.
bool gin_decides(IndexScanDesc scan);

}  // namespace vecext::pg
