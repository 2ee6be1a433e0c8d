#include "pg/am/ivf/ivf.h"

#include "core/ivf/lists/list_insert.h"
#include "core/ivf/lists/residual.h"
#include "pg/am/maintenance/row_insert.h"
#include "pg/am/ivf/ivf_rebalance.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Codes the row by the current model and appends it to its list.
Status insert_once(Relation index, CachedIndex* cached, const OpclassInfo& info, const float* x,
                   RowId row, GrownList* grown) {
  ivf::Model& model = cached->model;
  const Arena arena = context_arena(CurrentMemoryContext);
  float* rotated = arena.array<float>(static_cast<Size>(model.dims()));
  auto* record = arena.array<std::byte>(record_layout(model).size());
  if (rotated == nullptr || record == nullptr) {
    return {.code = StatusCode::kOutOfMemory, .type = info.type};
  }
  transform_vector(model.transform(), x, false, rotated);
  Status status = nearest_list(model, rotated, -1, arena, &grown->list);
  if (status.ok() && grown->list < 0) {
    status = corrupt();
  }
  if (!status.ok()) {
    return status;
  }
  make_record(model, x, rotated, grown->list, row, record);
  BufferStore store(index, &cached->buffers);
  status = insert_record(store, model, record, &grown->rows);
  grown->chain = model.entries[grown->list].chain;
  return status.ok() ? note_residual(store, rotated, grown->list, &model) : status;
}

/// Adds the row with a value, if the value can be indexed.
void insert_value(Relation index, Relation heap, RowInsert* insert, Datum value, RowId row) {
  const float* x = insert->reader.widened(value);
  if (!insert->reader.is_indexable_widened(x)) {
    return;
  }
  GrownList grown{};
  with_current(index, cached_index, [&](CachedIndex* cached) {
    return insert_once(index, cached, insert->reader.info, x, row, &grown);
  });
  if (grown.rows > 0) {
    split_if_long(index, heap, grown);
  }
}

}  // namespace

bool ivf_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                IndexUniqueCheck, bool, IndexInfo* info) {
  return insert_row_with(index, values, isnull, tid, info,
                         [&](RowInsert* insert, Datum value, RowId row) {
                           insert_value(index, heap, insert, value, row);
                         });
}

}  // namespace vecext::pg
