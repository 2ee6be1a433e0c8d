#include "pg/am/scan/vector_query.h"

#include "pg/am/common/indexed_value.h"

namespace vecext::pg {

void read_query(Relation index, const ScanKeyData& key, MemoryContext context, VectorQuery* query) {
  query->dims = column_dims(index, query->info);
  const Element element = query->info.element;
  if ((key.sk_flags & SK_ISNULL) != 0) {
    query->elements = MemoryContextAllocZero(context, stored_bytes(element, query->dims));
    return;
  }
  ValueReader reader(query->info, query->dims, context);
  const void* stored = reader.stored(key.sk_argument);
  const Size bytes = stored_bytes(element, query->dims, stored);
  query->elements = memcpy(MemoryContextAlloc(context, bytes), stored, bytes);
}

}  // namespace vecext::pg
