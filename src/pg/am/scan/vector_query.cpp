#include "pg/am/scan/vector_query.h"

#include "pg/am/common/indexed_value.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

void read_vector_query(OrderedScan* scan, Relation index, const ScanKeyData& key) {
  ScanQuery* query = &scan->query;
  query->dims = column_dims(index, query->info);
  const Element element = query->info.element;
  if ((key.sk_flags & SK_ISNULL) != 0) {
    query->elements = MemoryContextAllocZero(scan->context, stored_bytes(element, query->dims));
    return;
  }
  ValueReader reader(query->info, query->dims, scan->context);
  const void* stored = reader.stored(key.sk_argument);
  const Size bytes = stored_bytes(element, query->dims, stored);
  query->elements = memcpy(MemoryContextAlloc(scan->context, bytes), stored, bytes);
}

}  // namespace vecext::pg
