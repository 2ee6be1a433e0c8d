// The rows of a GIN index in a list, where they come as lists from it.
#pragma once

#include "core/filter/row_list.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
}

namespace vecext::pg {

/// Adds all rows that a scan of a GIN index may match to the list, in the order of the table,
/// `most` of them at most; rows of other keys of the index are left out by intersection, in lists
/// from `scratch`. Each must be judged by the table. False: it is no such scan, or too many rows;
/// what is in the list then is of no use.
///
/// It is one where every entry that the operator class asks for must be in a row that matches (`@>`
/// of jsonb and arrays), the index has no pending entries, and the transaction is not serializable.
bool list_gin_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows);

}  // namespace vecext::pg
