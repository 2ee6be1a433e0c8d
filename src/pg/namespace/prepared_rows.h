// Rows that prepared transactions have inserted. They are not committed, but quotas count them, as
// nobody refuses them any more.
#pragma once

#include "pg/namespace/row_totals.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
#include "utils/snapshot.h"
}

namespace vecext::pg {

/// Returns the numbers of the prepared transactions of this database.
GrowingArray<TransactionId> prepared_transactions();

/// Adds the rows of a table that one of these transactions has inserted and that the snapshot,
/// which was taken later, does not show, whatever namespace they belong to.
void add_prepared_rows(RowSums* sums, Relation table, const GrowingArray<TransactionId>& prepared,
                       Snapshot snapshot);

}  // namespace vecext::pg
