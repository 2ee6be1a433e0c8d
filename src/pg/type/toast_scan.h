// Looks up out-of-line values in their TOAST relation by its index.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "utils/rel.h"
#include "utils/snapshot.h"
}

namespace vecext::pg {

/// An open TOAST relation, and a scan of its index if one was needed. All members are zero if no
/// relation is open. It must not be moved while it is open. After an error the abort of the
/// transaction closes it.
struct ToastScan {
  Relation relation;
  Snapshot snapshot;
  SnapshotData storage;  // room for *snapshot
  Relation* indexes;
  int index_count;
  IndexScanDesc scan;
  TupleTableSlot* slot;
};

/// Opens the relation, which stays locked until the end of the transaction, as the table does.
void open_toast(ToastScan* toast, Oid relation);

/// Begins a scan of the chunks of a value. Memory of the scan comes from `context`.
void seek_toast(ToastScan* toast, Oid value, MemoryContext context);

/// Returns the next chunk of the value, in order, or null after the last.
HeapTuple next_chunk(ToastScan* toast);

/// Closes the relation and the scan, if they are open.
void close_toast(ToastScan* toast);

}  // namespace vecext::pg
