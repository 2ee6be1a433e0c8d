#include "pg/am/scan/heap_rows.h"

#include "core/quant/vector_distance.h"
#include "pg/sys/buffer.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/heapam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// Prepares the expression of the index's first column.
ExprState* prepare_value(Relation index, EState* estate) {
  return ExecPrepareExpr(static_cast<Expr*>(linitial(RelationGetIndexExpressions(index))), estate);
}

/// True if all values of a row, which may be dead, can be read: none of them is out of line, or the
/// current transaction has removed the row, so that its values stay in case of a rollback.
bool has_its_values(TupleTableSlot* slot) {
  const auto* row = reinterpret_cast<BufferHeapTupleTableSlot*>(slot);
  const HeapTuple tuple = row->base.tuple;
  if (!HeapTupleHasExternal(tuple)) {
    return true;
  }
  LockBuffer(row->buffer, BUFFER_LOCK_SHARE);
  const HeapTupleHeader head = tuple->t_data;
  const TransactionId remover =
      (head->t_infomask & HEAP_XMAX_INVALID) != 0 || HEAP_XMAX_IS_LOCKED_ONLY(head->t_infomask)
          ? InvalidTransactionId
          : HeapTupleHeaderGetUpdateXid(head);
  LockBuffer(row->buffer, BUFFER_LOCK_UNLOCK);
  return TransactionIdIsCurrentTransactionId(remover);
}

}  // namespace

void RowCheck::check_again(Relation index, Relation table, RowId row) {
  // Only for heapam are the table's pages known to be the pages of its file.
  blocks_ = table->rd_tableam == GetHeapamTableAmRoutine() ? RelationGetNumberOfBlocks(table)
                                                           : MaxBlockNumber;
  if (row.page >= blocks_ || row.line == 0 || row.line > MaxOffsetNumber) {
    check_index(index, corrupt());
  }
}

HeapRows::HeapRows(Relation heap, Relation index, Snapshot snapshot, const RowValues& values,
                   CachedFile* entry)
    : reader_(values.info, values.dims, CurrentMemoryContext),
      measure_(values.measure),
      index_(index),
      estate_(CreateExecutorState()),
      column_(index->rd_index->indkey.values[0]),
      expression_(column_ == 0 ? prepare_value(index, estate_) : nullptr),
      fetch_(begin_index_fetch(heap)),
      slot_(table_slot_create(heap, nullptr)),
      snapshot_(snapshot),
      entry_(entry),
      known_(entry == nullptr ? nullptr : table_hints(entry, heap)),
      is_heap_(heap->rd_tableam == GetHeapamTableAmRoutine()) {
  GetPerTupleExprContext(estate_)->ecxt_scantuple = slot_;
  reader_.toast.in_batch = true;
}

void HeapRows::hold_page(IndexFetchTableData* fetch, PageId page) const {
  if (known_ == nullptr || !is_heap_) {
    return;
  }
  auto* heap_fetch = reinterpret_cast<IndexFetchHeapData*>(fetch);
  if (holds_page(heap_fetch, page)) {
    return;
  }
  const Buffer seen = pin_seen(fetch->rel, page, known_->of(page));
  if (seen != InvalidBuffer) {
    pg::hold_page(heap_fetch, page, seen);
  }
}

void HeapRows::prefetch_value(RowId row) const {
  const ToastHints* hints = reader_.toast.hints;
  if (value_at_ == 0 || hints == nullptr) {
    return;
  }
  // Most rows have their value at the same offset as the row before them.
  const BufferHints::Bytes bytes = known_->row(row.page, row.line);
  if (bytes.start == nullptr || value_at_ + TOAST_POINTER_SIZE > bytes.count) {
    return;
  }
  char value[TOAST_POINTER_SIZE];
  memcpy(value, bytes.start + value_at_, sizeof(value));
  if (VARATT_IS_EXTERNAL_ONDISK(value)) {
    varatt_external pointer;
    VARATT_EXTERNAL_GET_POINTER(pointer, value);
    hints->prefetch(pointer.va_valueid);
  }
}

void HeapRows::note_value(Datum value) {
  value_at_ = 0;
  const auto* bytes = reinterpret_cast<const char*>(DatumGetPointer(value));
  if (known_ != nullptr && is_heap_ && VARATT_IS_EXTERNAL_ONDISK(bytes)) {
    if (reader_.toast.hints == nullptr) {
      varatt_external pointer;
      VARATT_EXTERNAL_GET_POINTER(pointer, bytes);
      reader_.toast.hints = toast_hints(entry_, pointer.va_toastrelid);
    }
    const HeapTuple tuple = reinterpret_cast<HeapTupleTableSlot*>(slot_)->tuple;
    const auto* start = reinterpret_cast<const char*>(tuple->t_data);
    if (bytes > start && bytes < start + tuple->t_len) {
      value_at_ = static_cast<Size>(bytes - start);
    }
  }
}

bool HeapRows::look_up(RowId row) {
  return look_up(row, snapshot_);
}

bool HeapRows::look_up(RowId row, Snapshot snapshot) {
  row_check_.check(index_, fetch_->rel, row);
  hold_page(fetch_, row.page);
  ItemPointerData tid = item_pointer(row);
  bool call_again = false;
  bool all_dead = false;
  if (!table_index_fetch_tuple(fetch_, &tid, snapshot, slot_, &call_again, &all_dead)) {
    return false;
  }
  if (known_ != nullptr && TTS_IS_BUFFERTUPLE(slot_)) {
    known_->remember(row.page, reinterpret_cast<BufferHeapTupleTableSlot*>(slot_)->buffer);
  }
  return true;
}

bool HeapRows::value_of_row(Datum* value) {
  ResetPerTupleExprContext(estate_);
  bool is_null;
  *value = expression_ == nullptr
               ? slot_getattr(slot_, column_, &is_null)
               : ExecEvalExprSwitchContext(expression_, GetPerTupleExprContext(estate_), &is_null);
  if (!is_null) {
    note_value(*value);
  }
  return !is_null;
}

double HeapRows::measure_value(Datum value) {
  const MemoryContext before =
      MemoryContextSwitchTo(GetPerTupleExprContext(estate_)->ecxt_per_tuple_memory);
  const double distance = measure_->of(measure_, value);
  MemoryContextSwitchTo(before);
  return distance;
}

bool HeapRows::distance(const void* query, double* distance) {
  Datum value;
  if (!value_of_row(&value)) {
    return false;
  }
  if (measure_ != nullptr) [[unlikely]] {
    *distance = measure_value(value);
    return true;
  }
  *distance = ordered_distance(reader_.info.distance(query, reader_.stored(value), reader_.dims));
  return true;
}

const float* HeapRows::vector(RowId row) {
  Datum value;
  return look_up(row) && value_of_row(&value) ? reader_.widened(value) : nullptr;
}

const float* HeapRows::vector_of_dead(RowId row) {
  Datum value;
  return is_heap_ && look_up(row, SnapshotAny) && has_its_values(slot_) && value_of_row(&value)
             ? reader_.widened(value)
             : nullptr;
}

const void* HeapRows::stored(RowId row) {
  Datum value;
  return look_up(row) && value_of_row(&value) ? reader_.stored(value) : nullptr;
}

void HeapRows::close() {
  close_toast(&reader_.toast.scan);
  ExecDropSingleTupleTableSlot(slot_);
  table_index_fetch_end(fetch_);
  FreeExecutorState(estate_);
}

}  // namespace vecext::pg
