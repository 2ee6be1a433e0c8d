#include "pg/am/hnsw/hnsw.h"

#include "core/graph/flat/flat_pending.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_private.h"
#include "pg/am/hnsw/hnsw_rebuild.h"
#include "pg/am/maintenance/row_insert.h"
#include "pg/am/hnsw/flat_build.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Adds a row with these elements. Returns the number of pages of pending rows if a page was added,
/// otherwise 0.
uint32 insert_row(Relation index, const void* stored, RowId row) {
  uint32 pending_pages = 0;
  with_current(index, cached_graph, [&](CachedGraph* cached) -> Status {
    const GraphModel& model = cached->model;
    const Arena arena = context_arena(CurrentMemoryContext);
    if (model.is_flat()) {
      BufferStore store(index, &cached->buffers);
      return insert_flat(store, model, row, stored, arena, &cached->pending_tail, &pending_pages);
    }
    float* x = arena.array<float>(static_cast<Size>(model.meta.dims));
    float* moved = arena.array<float>(static_cast<Size>(model.dims()));
    if (x == nullptr || moved == nullptr) {
      return out_of_memory();
    }
    PendingRow pending;
    widen(model.element(), stored, model.meta.dims, x);
    transform_vector(model.transform, x, false, moved);
    if (!make_pending(model, moved, row, arena, &pending)) {
      return out_of_memory();
    }
    return insert_for_transaction(index, cached, pending, &pending_pages);
  });
  return pending_pages;
}

/// Adds the row with a value, if the value can be indexed.
void insert_value(Relation index, RowInsert* insert, Datum value, RowId row) {
  const void* stored = insert->reader.stored(value);
  check_non_zeros(insert->reader.info, stored);
  if (!insert->reader.is_indexable(stored)) {
    return;
  }
  const uint32 pending_pages = insert_row(index, stored, row);
  if (pending_pages > 0) {
    rebuild_if_many(index, pending_pages);
  }
}

}  // namespace

bool hnsw_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation,
                 IndexUniqueCheck, bool, IndexInfo* info) {
  return insert_row_with(
      index, values, isnull, tid, info,
      [&](RowInsert* insert, Datum value, RowId row) { insert_value(index, insert, value, row); });
}

void hnsw_insert_end(Relation index, IndexInfo* info) {
  if (info->ii_AmCache != nullptr) {
    rebuild_after_inserts(index);
  }
}

}  // namespace vecext::pg
