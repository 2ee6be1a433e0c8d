#include "pg/am/model_cache.h"

#include "core/ivf/refresh.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/hsearch.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

HTAB* cache = nullptr;

/// Lists that a model has room for beyond those it is loaded with: a part of them, and some.
constexpr int32 kSparePart = 8;
constexpr int32 kSpareLists = 64;

CachedIndex* find_entry(Oid oid) {
  if (cache == nullptr) {
    HASHCTL control{};
    control.keysize = sizeof(Oid);
    control.entrysize = sizeof(CachedIndex);
    cache = hash_create("vecext indexes", 16, &control, HASH_ELEM | HASH_BLOBS);
  }
  bool found;
  auto* entry = static_cast<CachedIndex*>(hash_search(cache, &oid, HASH_ENTER, &found));
  if (!found) {
    *entry = CachedIndex{};
    entry->oid = oid;
  }
  return entry;
}

void forget(CachedIndex* entry) {
  if (entry->context != nullptr) {
    const MemoryContext context = entry->context;
    entry->context = nullptr;
    entry->buffers = {};
    MemoryContextDelete(context);
  }
}

/// Loads the model. Until it is whole its memory is the caller's, who may be left by an error.
void load(CachedIndex* entry, Relation index) {
  forget(entry);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index model", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  Model model;
  Meta meta;
  Status status = read_meta(store, &meta);
  if (status.ok()) {
    const auto spare = static_cast<int32>(meta.lists / kSparePart) + kSpareLists;
    status = load_model(store, context_arena(context), spare, &model);
  }
  if (!status.ok()) {
    MemoryContextDelete(context);
    check_index(index, status);
  }
  KnownBuffers buffers{};
  buffers.reserve(RelationGetNumberOfBlocks(index), context);
  MemoryContextSetParent(context, CacheMemoryContext);
  entry->file = file_locator(index);
  entry->model = model;
  entry->buffers = buffers;
  entry->context = context;
  entry->whole = true;
}

/// Brings the model up to date, if it has room for that.
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
  CachedIndex* entry = find_entry(RelationGetRelid(index));
  const bool usable =
      entry->context != nullptr && entry->whole && same_file(entry->file, file_locator(index));
  if (!usable || !refresh(entry, index)) {
    load(entry, index);
  }
  return entry;
}

void forget_index(Relation index) {
  forget(find_entry(RelationGetRelid(index)));
}

void check_index(Relation index, const Status& status) {
  if (status.ok()) {
    return;
  }
  if (status.code == StatusCode::kCorrupt) {
    ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                    errmsg("index \"%s\" is damaged", RelationGetRelationName(index)),
                    errhint("REINDEX builds it anew.")));
  }
  raise(status);
}

}  // namespace vecext::pg
