#include "pg/am/hnsw/graph_cache.h"

#include <new>

#include "core/graph/format/node_rows.h"

namespace vecext::pg {

namespace {

constexpr char kKind[] = "graph";

CachedGraph* find_entry(Relation index) {
  return find_cached<CachedGraph>(kKind, RelationGetRelid(index));
}

void load(CachedGraph* entry, Relation index) {
  Frontier* workspace = nullptr;
  load_cached(entry, index, [&workspace](BufferStore& store, Arena arena, GraphModel* model) {
    void* place = arena.array<Frontier>(1);
    if (place == nullptr) {
      return Status{.code = StatusCode::kOutOfMemory};
    }
    workspace = new (place) Frontier(arena);
    return load_graph(store, arena, model);
  });
  entry->pending_tail = entry->model.meta.pending_tail;
  entry->workspace = workspace;
}

}  // namespace

CachedGraph* cached_graph(Relation index) {
  CachedGraph* entry = find_entry(index);
  if (!is_loaded(*entry, index) || !is_current(*entry, index)) {
    load(entry, index);
  }
  return entry;
}

Status need_node_rows(CachedGraph* cached, Relation index) {
  if (cached->model.is_flat() || cached->model.rows.row != nullptr) {
    return {};
  }
  // A child of the current context until the rows are complete, so that an error frees it.
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
