// Looking up out-of-line values in their TOAST relation, by its index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "utils/rel.h"
#include "utils/snapshot.h"
}

namespace vecext::pg {

/// A TOAST relation that is open, with a scan of its index once one was needed; all zero: none. It
/// must stay where it is while it is open. An error closes it with the transaction.
struct ToastScan {
  Relation relation;
  Snapshot snapshot;
  SnapshotData storage;  // room for *snapshot
  Relation* indexes;
  int index_count;
  IndexScanDesc scan;
  TupleTableSlot* slot;
};

/// Opens the relation, which stays locked until the end of the transaction, as the table's own.
void open_toast(ToastScan* toast, Oid relation);

/// Looks for the chunks of a value; memory that stays while the scan is open comes from `context`.
void seek_toast(ToastScan* toast, Oid value, MemoryContext context);

/// The next chunk of the value, in their order; null: there is none.
HeapTuple next_chunk(ToastScan* toast);

/// Closes what is open, if anything is.
void close_toast(ToastScan* toast);

}  // namespace vecext::pg
