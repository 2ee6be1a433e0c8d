#include "pg/am/postings/cached_postings.h"

#include "pg/am/common/access_method.h"

namespace vecext::pg {

namespace {

constexpr char kKind[] = "postings";

CachedPostings* find_entry(Relation index) {
  return find_cached<CachedPostings>(kKind, RelationGetRelid(index));
}

/// Loads the model, in place of the older model if there is one.
void load(CachedPostings* entry, Relation index) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index model", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  postings::Model model;
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
}

/// True if the model still has the segments of the index. Inserts change only where the lists of
/// pending documents are, so these places are read each time.
bool has_same_segments(CachedPostings* entry, Relation index) {
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

CachedPostings* cached_postings(Relation index) {
  CachedPostings* entry = find_entry(index);
  if (!is_loaded(*entry, index) || !has_same_segments(entry, index)) {
    load(entry, index);
  }
  return entry;
}

BufferHints* known_pages(Relation index) {
  CachedPostings* entry = find_entry(index);
  return is_loaded(*entry, index) ? &entry->buffers : nullptr;
}

void forget_postings(Relation index) {
  forget_file(find_entry(index));
}

}  // namespace vecext::pg
