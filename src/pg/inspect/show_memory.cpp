// vecext.memory(): the memory that this session has of the indexes that it has used.
#include "pg/am/common/index_cache.h"

extern "C" {
#include "funcapi.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_memory)
{
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const GrowingArray<MemoryOfIndex> indexes = memory_of_indexes();
  for (const MemoryOfIndex& memory : indexes) {
    if (get_rel_name(memory.index) == nullptr) {
      continue;  // it was dropped
    }
    Datum values[] = {ObjectIdGetDatum(memory.index), Int64GetDatum(static_cast<int64>(memory.own)),
                      Int64GetDatum(static_cast<int64>(memory.shared))};
    bool is_null[lengthof(values)] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  }
  return Datum{};
}

}  // namespace vecext::pg
