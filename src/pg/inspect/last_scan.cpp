// vecext.last_scan(): describes the work of this backend's last index scan.
#include "pg/am/scan/ordered_scan.h"
#include "pg/inspect/result_row.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_last_scan)
{
  constexpr Oid kTypes[] = {REGCLASSOID, INT8OID,   INT8OID,   INT8OID,   INT8OID,
                            INT8OID,     FLOAT8OID, FLOAT8OID, FLOAT8OID, INT8OID};
  const TupleDesc row = result_row(fcinfo, kTypes, lengthof(kTypes));
  const FinishedScan& last = last_finished_scan();
  if (!OidIsValid(last.index)) {
    PG_RETURN_NULL();
  }
  Datum values[] = {
      ObjectIdGetDatum(last.index),
      Int64GetDatum(last.work.steps),
      Int64GetDatum(last.work.pages),
      Int64GetDatum(last.work.rows_scored),
      Int64GetDatum(last.work.rows_reranked),
      Int64GetDatum(last.work.steps),
      Float8GetDatum(last.work.expected_recall),
      Float8GetDatum(last.work.expected_easy),
      Float8GetDatum(last.work.expected_hard),
      Int64GetDatum(last.work.steps),
  };
  constexpr int kLists = 1;
  constexpr int kNodes = 5;
  constexpr int kExpected = 6;
  constexpr int kWindows = 9;
  static_assert(lengthof(values) == lengthof(kTypes));
  bool nulls[lengthof(values)] = {};
  nulls[kLists] = last.work.step != ScanStep::kList;
  nulls[kNodes] = last.work.step != ScanStep::kNode;
  nulls[kWindows] = last.work.step != ScanStep::kWindow;
  for (Size i = kExpected; i < kWindows; ++i) {
    nulls[i] = !last.work.has_aimed();
  }
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(row, values, nulls)));
}

}  // namespace vecext::pg
