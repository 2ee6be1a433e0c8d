#include "pg/am/scan/vector_query.h"

#include <algorithm>
#include <limits>

#include "pg/am/common/indexed_value.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// True if all elements are zeros.
bool is_zero(const ScanQuery& query) {
  const Element element = query.info.element;
  if (element == Element::kSparse) {
    return stored_bytes(element, query.dims, query.elements) == stored_bytes(element, query.dims);
  }
  auto* x = palloc_array<float>(query.dims);
  widen(element, query.elements, query.dims, x);
  const bool is_zero = std::all_of(x, x + query.dims, [](float value) { return value == 0; });
  pfree(x);
  return is_zero;
}

}  // namespace

bool orders_nothing(const ScanQuery& query) {
  const Metric metric = query.info.metric;
  return query.is_null || ((metric == Metric::kCosine || metric == Metric::kInnerProduct ||
                            metric == Metric::kJaccard) &&
                           is_zero(query));
}

double distance_of_all(const ScanQuery& query) {
  return query.is_null
             ? std::numeric_limits<double>::infinity()
             : ordered_distance(query.info.distance(query.elements, query.elements, query.dims));
}

void read_vector_query(OrderedScan* scan, Relation index, const ScanKeyData& key) {
  ScanQuery* query = &scan->query;
  query->dims = column_dims(index, query->info);
  const Element element = query->info.element;
  query->is_null = (key.sk_flags & SK_ISNULL) != 0;
  if (query->is_null) {
    query->elements = MemoryContextAllocZero(scan->context, stored_bytes(element, query->dims));
    return;
  }
  ValueReader reader(query->info, query->dims, scan->context);
  const void* stored = reader.stored(key.sk_argument);
  const Size bytes = stored_bytes(element, query->dims, stored);
  query->elements = memcpy(MemoryContextAlloc(scan->context, bytes), stored, bytes);
}

}  // namespace vecext::pg
