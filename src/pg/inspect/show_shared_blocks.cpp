// vecext.shared_blocks(): describes what sessions share of the indexes of this database.
#include "pg/shared/shared_blocks.h"

extern "C" {
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

const char* name_of(BlockPart part) {
  switch (part) {
    case BlockPart::kModel:
      return "model";
    case BlockPart::kNodeRows:
      return "rows of nodes";
    case BlockPart::kBufferHints:
      return "places of pages";
    case BlockPart::kObserved:
      return "observed queries";
    case BlockPart::kToastHints:
      return "places of values";
  }
  return "unknown";
}

}  // namespace

VECEXT_FUNCTION(vecext_shared_blocks)
{
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const GrowingArray<BlockDescription> blocks = describe_blocks();
  for (int64 i = 0; i < blocks.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const BlockDescription& block = blocks.at[i];
    const Oid relation = relation_of(block.key.file);
    if (!OidIsValid(relation)) {
      continue;  // it belongs to another database, or was dropped
    }
    Datum values[] = {ObjectIdGetDatum(relation), CStringGetTextDatum(name_of(block.key.part)),
                      Int64GetDatum(static_cast<int64>(block.size)),
                      Int32GetDatum(static_cast<int32>(block.sessions)),
                      TimestampTzGetDatum(block.used)};
    bool is_null[lengthof(values)] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  }
  return Datum{};
}

}  // namespace vecext::pg
