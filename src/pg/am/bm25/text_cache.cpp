#include "pg/am/bm25/text_cache.h"

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/common/access_method.h"

namespace vecext::pg {

namespace {

constexpr char kKind[] = "texts";

CachedText* find_entry(Relation index) {
  return find_cached<CachedText>(kKind, RelationGetRelid(index));
}

/// Loads the model in place of the one before, if any.
void load(CachedText* entry, Relation index) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index model", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  text::Model model;
  Status status;
  do {
    CHECK_FOR_INTERRUPTS();
    MemoryContextReset(context);
    status = load_model(store, context_arena(context), nullptr, &model);
  } while (status.code == StatusCode::kStale);
  if (!status.ok()) {
    MemoryContextDelete(context);
    check_index(index, status);
  }
  model.meta.config_name[kConfigName - 1] = '\0';
  forget_file(entry);
  keep_file(entry, index, context);
  entry->model = model;
  entry->options = {.config = InvalidOid, .bigrams = model.meta.cjk != 0};
}

/// True if the model is still that of the index. Inserts change the places of the lists of pending
/// documents and nothing else, so those are read each time.
bool is_current_text(CachedText* entry, Relation index) {
  BufferStore store(index, &entry->buffers);
  bool is_same = false;
  check_index(index, store.read(kMetaPage, [&](const std::byte* page) -> Status {
    const Status sound = check_meta_head(page, access_method_of(index)->meta_kind);
    if (sound.ok()) {
      const TextMeta& meta = *text_meta_of(page);
      is_same = meta.head.changes == entry->model.meta.head.changes;
      memcpy(entry->model.meta.pending, meta.pending, sizeof(meta.pending));
    }
    return sound;
  }));
  return is_same;
}

}  // namespace

CachedText* cached_text(Relation index) {
  CachedText* entry = find_entry(index);
  if (!is_loaded(*entry, index) || !is_current_text(entry, index)) {
    load(entry, index);
  }
  if (!entry->model.has_weights()) {
    // Options take effect at once.
    const text::Bm25 parameters = bm25_parameters(index);
    entry->model.meta.k1 = parameters.k1;
    entry->model.meta.b = parameters.b;
  }
  return entry;
}

void forget_text(Relation index) {
  forget_file(find_entry(index));
}

}  // namespace vecext::pg
