#include "pg/am/hnsw_insert.h"

#include "core/graph/fresh.h"
#include "pg/am/graph_cache.h"
#include "pg/am/indexed_value.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

bool hnsw_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation,
                 IndexUniqueCheck, bool, IndexInfo* info) {
  if (isnull[0]) {
    return false;
  }
  RowInsert* insert = row_insert(index, info);
  const float* x = insert->reader.widened(values[0]);
  if (!insert->reader.is_indexable(x)) {
    return false;
  }
  const MemoryContext before = MemoryContextSwitchTo(insert->row_context);
  CachedGraph* cached = cached_graph(index);
  const GraphModel& model = cached->model;
  auto* rotated = static_cast<float*>(palloc(sizeof(float) * static_cast<Size>(model.dims())));
  auto* own = static_cast<std::byte*>(palloc0(model.fresh.own_bytes));
  to_space(model.space, x, false, rotated);
  put_own(model.own(), rotated, model.dims(), own);
  const RowId row{ItemPointerGetBlockNumber(tid), ItemPointerGetOffsetNumber(tid)};
  BufferStore store(index, &cached->buffers);
  check_index(index, insert_fresh(store, model, row, own, &cached->fresh_tail));
  MemoryContextSwitchTo(before);
  MemoryContextReset(insert->row_context);
  return false;
}

}  // namespace vecext::pg
