#include "pg/namespace/prepared_rows.h"

#include <algorithm>

#include "pg/registry/registry_tables.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/subtrans.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// True if one of the transactions has inserted the row, and the snapshot does not show it. The
/// transaction may have committed since the snapshot was taken. A new version of a row counts by
/// its old one, which the snapshot shows.
bool is_inserted_by(HeapTuple row, const GrowingArray<TransactionId>& prepared, Snapshot snapshot) {
  const TransactionId inserted = HeapTupleHeaderGetXmin(row->t_data);
  if (!TransactionIdIsNormal(inserted) || (row->t_data->t_infomask & HEAP_UPDATED) != 0 ||
      HeapTupleHeaderXminInvalid(row->t_data) || !XidInMVCCSnapshot(inserted, snapshot) ||
      TransactionIdDidAbort(inserted)) {
    return false;
  }
  const TransactionId top = SubTransGetTopmostTransaction(inserted);
  return std::find(prepared.begin(), prepared.end(), top) != prepared.end();
}

}  // namespace

GrowingArray<TransactionId> prepared_transactions() {
  GrowingArray<TransactionId> prepared{};
  const MemoryContext context = CurrentMemoryContext;
  SPI_connect();
  execute_on_registry(
      "SELECT x.transaction FROM pg_catalog.pg_prepared_xacts x"
      " WHERE x.database OPERATOR(pg_catalog.=) pg_catalog.current_database()",
      0, nullptr, nullptr);
  for (uint64 i = 0; i < SPI_processed; ++i) {
    bool is_null = false;
    const Datum number = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null);
    prepared.push(DatumGetTransactionId(number), context);
  }
  SPI_finish();
  return prepared;
}

void add_prepared_rows(RowSums* sums, Relation table, const GrowingArray<TransactionId>& prepared,
                       Snapshot snapshot) {
  const TupleDesc columns = RelationGetDescr(table);
  auto* values = palloc_array<Datum>(columns->natts);
  auto* is_null = palloc_array<bool>(columns->natts);
  const TableScanDesc scan = table_beginscan(table, SnapshotAny, 0, nullptr);
  for (HeapTuple row; HeapTupleIsValid(row = heap_getnext(scan, ForwardScanDirection));) {
    CHECK_FOR_INTERRUPTS();
    if (is_inserted_by(row, prepared, snapshot)) {
      heap_deform_tuple(row, columns, values, is_null);
      add_row(sums, columns, values, is_null, RowSide::kBefore);
    }
  }
  table_endscan(scan);
}

}  // namespace vecext::pg
