// What a backend keeps of the indexes that it has used, one entry an index.
//
// An invalidation message can come at any time, so it only marks entries. A marked entry is removed
// when the next one is looked up, or when the transaction commits. Scans that run functions of
// users between their searches hold their entry.
#pragma once

#include <new>

#include "core/page/meta_head.h"
#include "core/quant/transform.h"
#include "pg/store/buffer_hints.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "lib/ilist.h"
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

/// What an entry has whatever the access method; first in it.
struct CachedFile {
  Oid oid;
  const char* kind;  // of entry
  FileLocator file;
  MemoryContext context;  // holds the model and all else; null: nothing loaded
  BufferHints buffers;
  BufferHints heap_buffers;  // of the table
  int32 holders;             // scans that have not ended
  bool is_suspect;           // the index may have been dropped or rebuilt since
  TimestampTz work_from[2];  // before, work of a kind is left undone (optional_work.h)
  dlist_node by_use;
};

/// Is something loaded, and of the file that the index has now?
inline bool is_loaded(const CachedFile& entry, Relation index) {
  return entry.context != nullptr && same_file(entry.file, file_locator(index));
}

/// Forgets what is loaded.
void forget_file(CachedFile* entry);

/// The index has been loaded into `context`, which is kept from now on. Others go for it where all
/// take more than vecext.cache_size.
void keep_file(CachedFile* entry, Relation index, MemoryContext context);

/// Removes what was used longest ago, until all entries take no more than vecext.cache_size. Those
/// of scans that have not ended stay, and so does `in_use`.
void shrink_cache(const CachedFile* in_use);

/// Where the pages of the index's table were seen; null where nothing is loaded.
BufferHints* table_hints(CachedFile* entry, Relation table);

/// Keeps the entry itself until `context` is reset or deleted, whatever becomes of the index.
void hold_file(CachedFile* entry, MemoryContext context);

/// The entry of an index, or null; it counts as used now. Entries of indexes that were dropped or
/// rebuilt are removed first, so that of another index none may be in use but those held.
CachedFile* find_file(Oid oid, const char* kind);

/// Adds an entry, of memory of the CacheMemoryContext.
void add_file(CachedFile* entry, Oid oid, const char* kind);

/// The entry of an index, a new one if need be; Entry begins with a CachedFile, and is the only one
/// of its kind.
template <class Entry>
Entry* find_cached(const char* kind, Oid oid) {
  CachedFile* entry = find_file(oid, kind);
  if (entry == nullptr) {
    static_assert(alignof(Entry) <= MAXIMUM_ALIGNOF);
    entry = new (MemoryContextAlloc(CacheMemoryContext, sizeof(Entry))) Entry{};
    add_file(entry, oid, kind);
  }
  return static_cast<Entry*>(entry);
}

/// Raises that the index is damaged where its meta page is not about its column: the caller that
/// compares vectors would read beyond them.
void check_column(Relation index, Element element, int32 dims);

/// Keeps others from making lists or a graph again, and from looking for dead rows meanwhile, until
/// unlock_changes(); waits for one that does.
void lock_changes(Relation index);

/// The same if nobody does; else false.
bool try_lock_changes(Relation index);
void unlock_changes(Relation index);

/// Raises a Status about an index, naming the index.
void check_index(Relation index, const Status& status);

/// What the meta page says now.
MetaHead read_meta_head(Relation index, BufferHints* known);

/// Loads an index into its entry, which is an Entry with a `model`: load(store, arena, &model), a
/// Status. Until the model is whole its memory is the caller's, who may be left by an error.
template <class Entry, class Load>
void load_cached(Entry* entry, Relation index, const Load& load) {
  forget_file(entry);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index model", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  decltype(entry->model) model;
  const Status status = load(store, context_arena(context), &model);
  if (!status.ok()) {
    MemoryContextDelete(context);
    check_index(index, status);
  }
  check_column(index, model.element(), model.meta.dims);
  keep_file(entry, index, context);
  entry->model = model;
}

/// Has nothing changed that the model of a loaded entry holds?
template <class Entry>
bool is_current(Entry& entry, Relation index) {
  return read_meta_head(index, &entry.buffers).changes == entry.model.meta.head.changes;
}

/// Calls attempt(entry) with what current(index), an Entry* with a `model`, gives, until its Status
/// is not kStale, or the index has not changed meanwhile; each time with a newer model. Raises what
/// is not ok.
template <class Current, class Attempt>
void with_current(Relation index, const Current& current, Attempt attempt) {
  for (;;) {
    auto* cached = current(index);
    const uint64 changes = cached->model.meta.head.changes;
    Status status = attempt(cached);
    if (!status.ok() && read_meta_head(index, &cached->buffers).changes != changes) {
      CHECK_FOR_INTERRUPTS();
      continue;
    }
    if (status.code == StatusCode::kStale) {
      // Nothing has moved: what looks like another page is a damaged one.
      status = {.code = StatusCode::kCorrupt};
    }
    check_index(index, status);
    return;
  }
}

}  // namespace vecext::pg
