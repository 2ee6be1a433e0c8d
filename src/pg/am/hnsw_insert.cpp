#include "pg/am/hnsw_insert.h"

#include "core/graph/plain_fresh.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_regrow.h"
#include "pg/am/indexed_value.h"
#include "pg/am/plain_build.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Adds the row of the elements given; how many pages of fresh rows there are where it needed
/// another one, else 0.
uint32 insert_row(Relation index, const void* stored, RowId row) {
  uint32 fresh_pages = 0;
  with_graph(index, [&](CachedGraph* cached) -> Status {
    const GraphModel& model = cached->model;
    const Arena arena = context_arena(CurrentMemoryContext);
    if (model.is_plain()) {
      BufferStore store(index, &cached->buffers);
      return insert_plain(store, model, row, stored, arena, &cached->fresh_tail, &fresh_pages);
    }
    float* x = arena.array<float>(static_cast<Size>(model.meta.dims));
    widen(model.element(), stored, model.meta.dims, x);
    float* moved = arena.array<float>(static_cast<Size>(model.dims()));
    FreshRow fresh;
    to_space(model.space, x, false, moved);
    if (!make_fresh(model, moved, row, arena, &fresh)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    BufferStore store(index, &cached->buffers);
    return insert_fresh(store, model, fresh, &cached->fresh_tail, &fresh_pages);
  });
  return fresh_pages;
}

/// Adds the row of a value, if that may be indexed.
void insert_value(Relation index, RowInsert* insert, Datum value, RowId row) {
  const void* stored = insert->reader.stored(value);
  check_non_zeros(insert->reader.info, stored);
  if (!insert->reader.is_indexable(stored)) {
    return;
  }
  const uint32 fresh_pages = insert_row(index, stored, row);
  if (fresh_pages > 0) {
    regrow_if_many(index, fresh_pages);
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
    regrow_after_inserts(index);
  }
}

}  // namespace vecext::pg
