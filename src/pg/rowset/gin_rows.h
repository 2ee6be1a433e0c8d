// The rows of a GIN index in a list, where they come as lists from it.
#pragma once

#include "core/filter/row_list.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// In place of a count; as a limit, none.
inline constexpr Size kNotListed = ~Size{0};

/// Adds all rows that a scan of a GIN index may match to the list, in the order of the table; rows
/// of other keys of the index are left out by intersection, in lists from `scratch`. Each must be
/// rechecked in the table. Returns how many there are, or more than `most`: about so many there
/// would be, and what is in the list is of no use. kNotListed: it is no such scan, or a list is
/// full.
///
/// It is one where every entry that the operator class asks for must be in a row that matches (`@>`
/// of jsonb and arrays), the index has no pending entries, and the transaction is not serializable.
Size list_gin_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows);

}  // namespace vecext::pg
