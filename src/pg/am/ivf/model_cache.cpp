#include "pg/am/ivf/model_cache.h"

#include "core/ivf/lists/centroid_codes.h"
#include "core/ivf/lists/refresh.h"

namespace vecext::pg {

namespace {

constexpr char kKind[] = "lists";

/// A loaded model has room for more lists: lists / kSparePart + kSpareLists.
constexpr int32 kSparePart = 8;
constexpr int32 kSpareLists = 64;

CachedIndex* find_entry(Relation index) {
  return find_cached<CachedIndex>(kKind, RelationGetRelid(index));
}

/// Loads the model, with room for more lists.
void load(CachedIndex* entry, Relation index) {
  load_cached(entry, index, [](BufferStore& store, Arena arena, ivf::Model* model) {
    Meta meta;
    Status status = ivf::read_meta(store, &meta);
    if (status.ok()) {
      const auto spare = static_cast<int32>(meta.lists / kSparePart) + kSpareLists;
      status = load_model(store, arena, spare, model);
    }
    if (status.ok() && !take_centroid_codes(model, arena)) {
      status = {.code = StatusCode::kOutOfMemory};
    }
    return status;
  });
  entry->whole = true;
}

/// Updates the model; false if it has too little room for the new lists.
bool refresh(CachedIndex* entry, Relation index) {
  BufferStore store(index, &entry->buffers);
  bool done;
  entry->whole = false;
  check_index(index, refresh_model(store, &entry->model, &done));
  entry->whole = done;
  return done;
}

}  // namespace

CachedIndex* cached_index(Relation index) {
  CachedIndex* entry = find_entry(index);
  const bool usable = is_loaded(*entry, index) && entry->whole;
  if (!usable || !refresh(entry, index)) {
    load(entry, index);
  }
  update_centroid_codes(&entry->model, [] { CHECK_FOR_INTERRUPTS(); });
  return entry;
}

void forget_index(Relation index) {
  forget_file(find_entry(index));
}

}  // namespace vecext::pg
