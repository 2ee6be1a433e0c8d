// vecext_internal.loaded_library(): the library that this session has loaded.
#include "core/kernel/kernel.h"
#include "pg/inspect/result_row.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_internal_loaded_library)
{
  constexpr Oid kTypes[] = {TEXTOID, TEXTOID};
  const TupleDesc row = result_row(fcinfo, kTypes, lengthof(kTypes));
  Datum values[] = {CStringGetTextDatum(VECEXT_VERSION),
                    CStringGetTextDatum(kernel::active().name)};
  bool nulls[lengthof(values)] = {};
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(row, values, nulls)));
}

}  // namespace vecext::pg
