// Looks up an out-of-line value in its TOAST relation by the relation's index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "utils/rel.h"
#include "utils/snapshot.h"
}

namespace vecext::pg {

/// An open TOAST relation and, if it was needed, a scan of its index. All members are zeros if no
/// relation is open. It must not be moved while a relation is open. After an error, the abort of
/// the transaction closes the relation.
struct ToastScan {
  Relation relation;
  Snapshot snapshot;
  SnapshotData storage;  // room for *snapshot
  Relation* indexes;
  int index_count;
  IndexScanDesc scan;
  TupleTableSlot* slot;
};

/// Opens a TOAST relation. It stays locked until the end of the transaction, as its table does.
void open_toast(ToastScan* toast, Oid relation);

/// Begins to scan the chunks of a value. The memory of the scan comes from `context`.
void seek_toast(ToastScan* toast, Oid value, MemoryContext context);

/// Returns the next chunk of the value, in order, or null after the last.
HeapTuple next_chunk(ToastScan* toast);

/// Closes the relation and the scan, if they are open.
void close_toast(ToastScan* toast);

}  // namespace vecext::pg
