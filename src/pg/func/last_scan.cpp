// vecext.last_scan(): what the last index scan of this backend did.
#include "pg/am/ordered_scan.h"
#include "pg/sys/error.h"

extern "C" {
#include "access/htup_details.h"
#include "funcapi.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_last_scan)
{
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
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
  };
  constexpr int kLists = 1;
  constexpr int kNodes = 5;
  constexpr int kExpected = 6;
  bool nulls[lengthof(values)] = {};
  nulls[last.work.step == ScanStep::kList ? kNodes : kLists] = true;
  for (Size i = kExpected; i < lengthof(values); ++i) {
    nulls[i] = last.work.expected_recall == 0;
  }
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls)));
}

}  // namespace vecext::pg
