// The cache of the indexes that a backend has used, with an entry for each index.
//
// An invalidation message can come at any time, so it only marks entries. The next lookup, or the
// commit, removes the marked entries whose index was dropped or rebuilt. Scans hold their entry,
// because users' functions, which may cause lookups, run between the searches of a scan.
#pragma once

#include <new>

#include "core/page/meta_head.h"
#include "core/quant/transform.h"
#include "pg/shared/shared_blocks.h"
#include "pg/store/buffer_hints.h"
#include "pg/store/buffer_store.h"
#include "pg/store/moments.h"
#include "pg/sys/error.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"
#include "pg/type/toast_hints.h"

extern "C" {
#include "lib/ilist.h"
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

/// Where the hints of an entry lie: in a shared block, or in a memory context below the context of
/// the entry.
struct PlaceOfHints {
  SharedBlock block;
  MemoryContext context;
  FileLocator file;
  uint32 places;  // how many places were asked for when the hints were made; 0 if there are no
                  // hints
};

/// Where pages of an index's table, and its out-of-line values, were last seen.
struct TableHints {
  BufferHints pages;
  ToastHints values;
  PlaceOfHints place_of_pages;
  PlaceOfHints place_of_values;
};

/// The head of an entry, which is the same for every access method.
struct CachedFile {
  Oid oid;
  const char* kind;  // identifies the type of the entry
  FileLocator file;
  MemoryContext context;  // has all that is loaded and not shared; null if nothing is loaded
  SharedBlock shared_model;
  SharedBlock shared_rows;      // loaded later than the model
  SharedBlock shared_observed;  // has what is observed of a user's queries
                                // (pg/am/effort/observed_effort.h)
  Oid observed_user;            // the user of shared_observed; it is set even if the block could
                                // not be made
  BufferHints buffers;
  PlaceOfHints place_of_buffers;
  TableHints table;
  int32 holders;             // the number of scans that hold the entry and have not ended
  bool is_suspect;           // the index may have been dropped or rebuilt since
  bool is_shareable;         // may_share() was true when the index was loaded
  TimestampTz work_from[2];  // for each kind, when optional work may be tried again
                             // (optional_work.h)
  dlist_node by_use;
};

/// True if other sessions may use what is loaded of the index, which means that the index is
/// visible not only to this session or transaction.
inline bool may_share(Relation index) {
  return !RelationUsesLocalBuffers(index) && !has_new_file(index);
}

/// True if something is loaded from the file that the index has now. What was loaded by the
/// transaction that has made the file counts only while that transaction lasts.
inline bool is_loaded(const CachedFile& entry, Relation index) {
  return entry.context != nullptr && same_file(entry.file, file_locator(index)) &&
         (entry.is_shareable || !may_share(index));
}

/// Frees what is loaded, and stops using what is shared.
void forget_file(CachedFile* entry);

/// Keeps `context`, into which the index was loaded, as the content of the entry. Shrinks the
/// cache.
void keep_file(CachedFile* entry, Relation index, MemoryContext context);

/// The memory that this session has of an index: what only it has, and what it uses together with
/// other sessions.
struct MemoryOfIndex {
  Oid index;
  Size own;
  Size shared;
};

/// Returns the memory of each index in the cache, the most recently used first, in the current
/// memory context.
GrowingArray<MemoryOfIndex> memory_of_indexes();

/// Removes entries, the least recently used first, until all entries together take no more than
/// vecext.cache_size. Keeps `in_use` and the entries that scans hold.
void shrink_cache(const CachedFile* in_use);

/// Returns where the pages of the index's table were last seen, or null if nothing is loaded.
BufferHints* table_hints(CachedFile* entry, Relation table);

/// Returns where values of the table's TOAST relation were last found, or null if nothing is
/// loaded.
ToastHints* toast_hints(CachedFile* entry, Oid toast_relation);

/// Keeps the entry in the cache until `context` is reset or deleted. What is loaded into the entry
/// may be freed meanwhile.
void hold_file(CachedFile* entry, MemoryContext context);

/// Returns the entry of an index, which becomes the most recently used one, or null if there is
/// none. It may remove the entries of all indexes that were dropped or rebuilt, so the caller must
/// not use another entry afterwards unless that entry is held.
CachedFile* find_file(Oid oid, const char* kind);

/// Adds an entry, which the caller allocates in CacheMemoryContext.
void add_file(CachedFile* entry, Oid oid, const char* kind);

/// Returns the entry of an index, and adds it if there is none. Entry begins with a CachedFile;
/// `kind` is a pointer that identifies Entry.
template <class Entry>
Entry* find_cached(const char* kind, Oid oid) {
  CachedFile* entry = find_file(oid, kind);
  if (entry == nullptr) {
    static_assert(alignof(Entry) <= MAXIMUM_ALIGNOF);
    entry = object_in<Entry>(CacheMemoryContext);
    add_file(entry, oid, kind);
  }
  return static_cast<Entry*>(entry);
}

/// Takes the lock that excludes other reorganizations of the index, VACUUM's search for dead rows,
/// verify_index() while it looks again, and inserts that write pages to which nothing leads. Waits
/// for the lock, which unlock_changes() releases.
void lock_changes(Relation index);

/// Takes the lock if it is free. Otherwise returns false.
bool try_lock_changes(Relation index);
void unlock_changes(Relation index);

/// Raises an error that names the index, unless the status is ok.
void check_index(Relation index, const Status& status);

/// Raises the error that the index is damaged. `page` is the damaged page, or kNoPage if it is not
/// known. `offset` is Status::offset, and `what`, if it is not null, says what is wrong.
[[noreturn]] void raise_damage(Relation index, PageId page, uint16 offset, const char* what);

/// Raises the error that the index is damaged unless `element`, `metric` and `dims`, which its meta
/// page has, are those of its column and operator class. With other dimensions or elements,
/// comparisons of vectors would read beyond their ends; with another metric, a search would find
/// other rows.
void check_column(Relation index, Element element, Metric metric, int32 dims);

/// Raises an error unless a load succeeded and check_column() accepts the model that it loaded.
template <class Model>
void check_model(Relation index, const Status& status, const Model& model) {
  check_index(index, status);
  check_column(index, model.element(), model.metric(), model.meta.dims);
}

/// Reads the head of the meta page. Raises an error if the page is damaged or of another version.
MetaHead read_meta_head(Relation index, BufferHints* known);

/// Loads an index into its entry by load(store, arena, &model), which returns a Status. The entry
/// has a member `model`. Until the model is complete, its memory is a child of the current context,
/// so that an error frees it. If other sessions may use the index, calls share(&model). If that
/// returns true, the model no longer needs its memory, which is then freed.
template <class Entry, class Load, class Share>
void load_cached(Entry* entry, Relation index, const Load& load, const Share& share) {
  forget_file(entry);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index model", ALLOCSET_SMALL_SIZES);
  BufferStore store(index, nullptr);
  decltype(entry->model) model;
  const Status status = load(store, context_arena(context), &model);
  if (!status.ok()) {
    MemoryContextDelete(context);
  }
  check_model(index, status, model);
  if (may_share(index) && share(&model)) {
    MemoryContextReset(context);
  }
  keep_file(entry, index, context);
  entry->model = model;
}

/// Makes the entry's model by make(bytes), from the bytes of the block that sessions share and that
/// has this version of the model. Returns false if there is no such block; the entry then stays as
/// it is.
template <class Entry, class Make>
bool use_shared_model(Entry* entry, Relation index, const BlockVersion& version, const Make& make) {
  SharedBlock block{};
  if (!may_share(index) ||
      !use_block({file_locator(index), BlockPart::kModel, InvalidOid}, version, &block)) {
    return false;
  }
  forget_file(entry);
  move_block(&block, &entry->shared_model);
  const decltype(entry->model) model = make(entry->shared_model.bytes);
  check_model(index, {}, model);
  keep_file(
      entry, index,
      AllocSetContextCreate(CurrentMemoryContext, "vecext index model", ALLOCSET_SMALL_SIZES));
  entry->model = model;
  return true;
}

/// True if the model of a loaded entry is still the model of the index.
template <class Entry>
bool is_current(Entry& entry, Relation index) {
  return read_meta_head(index, &entry.buffers).changes == entry.model.meta.head.changes;
}

/// Calls attempt(entry) with the entry that current(index) returns, which has a current `model`. If
/// the Status is not ok and the index has changed meanwhile, tries again with the new model. Raises
/// any other Status that is not ok.
template <class Current, class Attempt>
void with_current(Relation index, const Current& current, Attempt attempt) {
  for (;;) {
    auto* cached = current(index);
    const uint64 changes = cached->model.meta.head.changes;
    run_injection_point(kModelCurrent);
    const Status status = attempt(cached);
    if (!status.ok() && read_meta_head(index, &cached->buffers).changes != changes) {
      CHECK_FOR_INTERRUPTS();
      continue;
    }
    check_index(index, corrupt_if_stale(status));
    return;
  }
}

}  // namespace vecext::pg
