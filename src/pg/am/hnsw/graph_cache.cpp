#include "pg/am/hnsw/graph_cache.h"

#include <new>

#include "core/graph/format/node_rows.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr char kKind[] = "graph";

CachedGraph* find_entry(Relation index) {
  return find_cached<CachedGraph>(kKind, RelationGetRelid(index));
}

/// Loads the model. Until it is whole its memory is the caller's, who may be left by an error.
void load(CachedGraph* entry, Relation index) {
  forget_file(entry);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext graph model", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  GraphModel model;
  check_index(index, load_graph(store, context_arena(context), &model));
  check_column(index, model.transform.element, model.meta.dims);
  keep_file(entry, index, context);
  entry->model = model;
  entry->pending_tail = model.meta.pending_tail;
  entry->workspace =
      new (MemoryContextAlloc(context, sizeof(Frontier))) Frontier(context_arena(context));
}

}  // namespace

uint64 graph_changes(CachedGraph* cached, Relation index) {
  BufferStore store(index, &cached->buffers);
  GraphMeta now{};
  check_index(index, read_graph_meta(store, &now));
  return now.changes;
}

CachedGraph* cached_graph(Relation index) {
  CachedGraph* entry = find_entry(index);
  if (!is_loaded(*entry, index) || graph_changes(entry, index) != entry->model.meta.changes) {
    load(entry, index);
  }
  return entry;
}

Status need_node_rows(CachedGraph* cached, Relation index) {
  if (cached->model.is_flat() || cached->model.rows.row != nullptr) {
    return {};
  }
  // The caller's until they are whole, as in load().
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext rows of nodes", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  const Status status = load_node_rows(store, context_arena(context), &cached->model);
  if (status.ok()) {
    MemoryContextSetParent(context, cached->context);
    shrink_cache(cached);
  } else {
    MemoryContextDelete(context);
  }
  return status;
}

void forget_graph(Relation index) {
  forget_file(find_entry(index));
}

}  // namespace vecext::pg
