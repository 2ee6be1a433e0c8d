#include "pg/am/scan/sorted_rows.h"

extern "C" {
#include "access/tupdesc.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

void SortedRows::open() {
  const MemoryContext before = MemoryContextSwitchTo(context_);
  TupleDesc columns = CreateTemplateTupleDesc(2);
  TupleDescInitEntry(columns, 1, "distance", FLOAT8OID, -1, 0);
  TupleDescInitEntry(columns, 2, "row", INT8OID, -1, 0);
  AttrNumber keys[] = {1, 2};
  Oid operators[] = {Float8LessOperator, Int8LessOperator};
  Oid collations[] = {InvalidOid, InvalidOid};
  bool nulls_first[] = {false, false};
  // The rows in memory take the other half of work_mem (exact_rows.h).
  sort_ = tuplesort_begin_heap(columns, 2, keys, operators, collations, nulls_first,
                               Max(work_mem / 2, 64), nullptr, TUPLESORT_NONE);
  in_ = MakeSingleTupleTableSlot(columns, &TTSOpsVirtual);
  out_ = MakeSingleTupleTableSlot(columns, &TTSOpsMinimalTuple);
  is_sorted_ = false;
  MemoryContextSwitchTo(before);
}

void SortedRows::add(double distance, RowId row) {
  if (sort_ == nullptr) {
    open();
  }
  ExecClearTuple(in_);
  in_->tts_values[0] = Float8GetDatum(distance);
  in_->tts_values[1] = Int64GetDatum(static_cast<int64>(row.packed()));
  in_->tts_isnull[0] = in_->tts_isnull[1] = false;
  ExecStoreVirtualTuple(in_);
  tuplesort_puttupleslot(sort_, in_);
}

bool SortedRows::next(double* distance, RowId* row) {
  if (sort_ == nullptr) {
    return false;
  }
  if (!is_sorted_) {
    tuplesort_performsort(sort_);
    is_sorted_ = true;
  }
  if (!tuplesort_gettupleslot(sort_, true, false, out_, nullptr)) {
    return false;
  }
  bool is_null;
  *distance = DatumGetFloat8(slot_getattr(out_, 1, &is_null));
  *row = RowId::of_packed(static_cast<uint64>(DatumGetInt64(slot_getattr(out_, 2, &is_null))));
  return true;
}

void SortedRows::close() {
  if (sort_ != nullptr) {
    ExecDropSingleTupleTableSlot(in_);
    ExecDropSingleTupleTableSlot(out_);
    tuplesort_end(sort_);
    sort_ = nullptr;
  }
}

}  // namespace vecext::pg
