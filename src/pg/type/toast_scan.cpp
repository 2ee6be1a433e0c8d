#include "pg/type/toast_scan.h"

extern "C" {
#include "access/genam.h"
#include "access/heaptoast.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/toast_internals.h"
#include "executor/tuptable.h"
#include "utils/fmgroids.h"
}

namespace vecext::pg {

namespace {

void open_index(ToastScan* toast, MemoryContext context) {
  const MemoryContext before = MemoryContextSwitchTo(context);
  const int valid =
      toast_open_indexes(toast->relation, AccessShareLock, &toast->indexes, &toast->index_count);
  toast->scan = begin_index_scan(toast->relation, toast->indexes[valid], toast->snapshot, 1, 0);
  toast->slot = table_slot_create(toast->relation, nullptr);
  MemoryContextSwitchTo(before);
}

}  // namespace

void open_toast(ToastScan* toast, Oid relation) {
  toast->relation = table_open(relation, AccessShareLock);
  toast->snapshot = toast_snapshot(&toast->storage);
}

void seek_toast(ToastScan* toast, Oid value, MemoryContext context) {
  if (toast->scan == nullptr) {
    open_index(toast, context);
  }
  ScanKeyData key;
  ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
  index_rescan(toast->scan, &key, 1, nullptr, 0);
}

HeapTuple next_chunk(ToastScan* toast) {
  if (!index_getnext_slot(toast->scan, ForwardScanDirection, toast->slot)) {
    return nullptr;
  }
  return ExecFetchSlotHeapTuple(toast->slot, false, nullptr);
}

void close_toast(ToastScan* toast) {
  if (toast->scan != nullptr) {
    ExecDropSingleTupleTableSlot(toast->slot);
    index_endscan(toast->scan);
    toast_close_indexes(toast->indexes, toast->index_count, AccessShareLock);
  }
  if (toast->relation != nullptr) {
    table_close(toast->relation, NoLock);
  }
  *toast = {};
}

}  // namespace vecext::pg
