#include "pg/am/common/index_cache.h"

#include "pg/am/common/access_method.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/common/opclass.h"
#include "pg/shared/index_counters.h"
#include "pg/sys/memory.h"
#include "pg/sys/catalog.h"

extern "C" {
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// The place of an entry, found by the OID of its index.
struct FileOfIndex {
  Oid oid;  // the hash key
  CachedFile* file;
};

HTAB* by_oid = nullptr;
dlist_head by_use = DLIST_STATIC_INIT(by_use);  // the entry that was used last comes first
bool has_suspects = false;
bool has_grown = false;  // true if entries have grown since their memory was counted

CachedFile* file_of(dlist_node* node) {
  return reinterpret_cast<CachedFile*>(reinterpret_cast<char*>(node) -
                                       offsetof(CachedFile, by_use));
}

/// Calls visit(entry) for each entry. visit() may remove that entry. The server's macros for such
/// loops do not compile as C++.
template <class Visit>
void each_file(const Visit& visit) {
  for (dlist_node* node = by_use.head.next; node != &by_use.head;) {
    CachedFile* entry = file_of(node);
    node = node->next;
    visit(entry);
  }
}

/// Returns the memory that only this session has for the entry.
Size bytes_of(const CachedFile& entry) {
  return entry.context == nullptr ? 0 : MemoryContextMemAllocated(entry.context, true);
}

void suspect(CachedFile* entry) {
  entry->is_suspect = true;
  has_suspects = true;
}

void remove_entry(CachedFile* entry) {
  forget_file(entry);
  hash_search(by_oid, &entry->oid, HASH_REMOVE, nullptr);
  dlist_delete(&entry->by_use);
  pfree(entry);
}

/// Removes the entry of an index that was dropped or rebuilt, and what sessions share of its file.
void remove_dropped(CachedFile* entry) {
  const FileLocator file = entry->file;
  const PlaceOfHints pages = entry->table.place_of_pages;
  const PlaceOfHints values = entry->table.place_of_values;
  const bool was_loaded = entry->context != nullptr;
  remove_entry(entry);
  if (was_loaded) {
    forget_blocks(file);
  }
  for (const PlaceOfHints& place : {pages, values}) {
    if (place.places > 0) {
      forget_blocks(place.file);
    }
  }
}

/// True if the index still has the file that the entry was loaded from.
bool is_same_file(const CachedFile& entry) {
  const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(entry.oid));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  const auto* relation = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
  const bool is_same = relation->relfilenode == file_number(entry.file);
  ReleaseSysCache(tuple);
  return is_same;
}

/// Removes the entries of indexes that were dropped or rebuilt.
void remove_suspects() {
  has_suspects = false;  // reading the catalog may mark more entries
  each_file([](CachedFile* entry) {
    if (!entry->is_suspect) {
      return;
    }
    entry->is_suspect = false;
    if (is_same_file(*entry)) {
      return;
    }
    if (entry->holders == 0) {
      remove_dropped(entry);
    } else {
      suspect(entry);
    }
  });
}

void relation_changed(Datum, Oid oid) {
  if (oid != InvalidOid) {
    const auto* found = static_cast<FileOfIndex*>(hash_search(by_oid, &oid, HASH_FIND, nullptr));
    if (found != nullptr) {
      suspect(found->file);
    }
    return;
  }
  each_file(suspect);
}

void transaction_changed(XactEvent event, void*) {
  // XACT_EVENT_PRE_COMMIT is the last event at which the catalog can be read.
  if (event != XACT_EVENT_PRE_COMMIT) {
    return;
  }
  if (has_suspects) {
    remove_suspects();
  }
  // Entries grow in their first searches. The entry that was used last stays, however large it is.
  if (has_grown && !dlist_is_empty(&by_use)) {
    shrink_cache(file_of(dlist_head_node(&by_use)));
    has_grown = false;
  }
}

void release_file(void* entry) {
  --static_cast<CachedFile*>(entry)->holders;
}

template <class Hints>
void forget_hints(Hints* hints, PlaceOfHints* place) {
  release_block(&place->block);
  if (place->context != nullptr) {
    MemoryContextDelete(place->context);
  }
  *hints = {};
  *place = {};
}

/// Makes hints for the pages of a relation, unless *place says that there are hints for so many
/// pages already. Memory that is not shared is a child of `context`.
template <class Hints>
void reserve_hints(Relation relation, BlockPart part, MemoryContext context, Hints* hints,
                   PlaceOfHints* place) {
  const uint32 places = Hints::places_for(RelationGetNumberOfBlocks(relation));
  const FileLocator file = file_locator(relation);
  if (places <= place->places && same_file(place->file, file)) {
    return;
  }
  forget_hints(hints, place);
  place->file = file;
  place->places = places;
  const BlockKey key{file, part, InvalidOid};
  const BlockVersion version{.changes = places, .identity = 0};
  const Size bytes = Hints::bytes(places);
  const auto clear = [bytes](std::byte* all) { memset(all, 0, bytes); };
  if (may_share(relation) && (use_block(key, version, &place->block) ||
                              publish_block(key, version, bytes, 0, clear, &place->block))) {
    hints->use(place->block.bytes, places);
    return;
  }
  const uint32 own = Min(places, Hints::kMostOwn);
  place->context = AllocSetContextCreate(context, "vecext hints", ALLOCSET_SMALL_SIZES);
  hints->use(MemoryContextAllocZero(place->context, Hints::bytes(own)), own);
}

}  // namespace

void forget_file(CachedFile* entry) {
  release_block(&entry->shared_model);
  release_block(&entry->shared_rows);
  release_block(&entry->shared_observed);
  entry->observed_user = InvalidOid;
  forget_hints(&entry->buffers, &entry->place_of_buffers);
  forget_hints(&entry->table.pages, &entry->table.place_of_pages);
  forget_hints(&entry->table.values, &entry->table.place_of_values);
  if (entry->context != nullptr) {
    const MemoryContext context = entry->context;
    entry->context = nullptr;
    MemoryContextDelete(context);
  }
}

void keep_file(CachedFile* entry, Relation index, MemoryContext context) {
  MemoryContextSetParent(context, CacheMemoryContext);
  entry->file = file_locator(index);
  entry->context = context;
  entry->is_shareable = may_share(index);
  reserve_hints(index, BlockPart::kBufferHints, context, &entry->buffers, &entry->place_of_buffers);
  shrink_cache(entry);
}

GrowingArray<MemoryOfIndex> memory_of_indexes() {
  GrowingArray<MemoryOfIndex> indexes{};
  each_file([&](const CachedFile* entry) {
    Size shared = 0;
    for (const SharedBlock* block :
         {&entry->shared_model, &entry->shared_rows, &entry->shared_observed,
          &entry->place_of_buffers.block, &entry->table.place_of_pages.block,
          &entry->table.place_of_values.block}) {
      shared += block->size;
    }
    indexes.push({entry->oid, bytes_of(*entry), shared}, CurrentMemoryContext);
  });
  return indexes;
}

void shrink_cache(const CachedFile* in_use) {
  const Size most = static_cast<Size>(cache_size) * 1024;
  Size total = 0;
  has_grown = true;
  each_file([&](const CachedFile* entry) { total += bytes_of(*entry); });
  for (dlist_node* node = by_use.head.prev; node != &by_use.head && total > most;) {
    CachedFile* entry = file_of(node);
    node = node->prev;
    if (entry != in_use && entry->holders == 0) {
      total -= bytes_of(*entry);
      remove_entry(entry);
    }
  }
}

BufferHints* table_hints(CachedFile* entry, Relation table) {
  if (entry->context == nullptr) {
    return nullptr;
  }
  reserve_hints(table, BlockPart::kBufferHints, entry->context, &entry->table.pages,
                &entry->table.place_of_pages);
  return &entry->table.pages;
}

ToastHints* toast_hints(CachedFile* entry, Oid toast_relation) {
  if (entry->context == nullptr) {
    return nullptr;
  }
  const Relation relation = table_open(toast_relation, AccessShareLock);
  reserve_hints(relation, BlockPart::kToastHints, entry->context, &entry->table.values,
                &entry->table.place_of_values);
  table_close(relation, NoLock);
  return &entry->table.values;
}

void hold_file(CachedFile* entry, MemoryContext context) {
  call_at_reset(context, release_file, entry);
  ++entry->holders;
}

CachedFile* find_file(Oid oid, const char* kind) {
  if (has_suspects) {
    remove_suspects();
  }
  const auto* found =
      by_oid == nullptr ? nullptr
                        : static_cast<FileOfIndex*>(hash_search(by_oid, &oid, HASH_FIND, nullptr));
  if (found == nullptr) {
    return nullptr;
  }
  if (found->file->kind != kind) {
    remove_entry(found->file);  // it belongs to a dropped index whose OID is used again
    return nullptr;
  }
  dlist_move_head(&by_use, &found->file->by_use);
  return found->file;
}

void add_file(CachedFile* entry, Oid oid, const char* kind) {
  if (by_oid == nullptr) {
    HASHCTL control{};
    control.keysize = sizeof(Oid);
    control.entrysize = sizeof(FileOfIndex);
    by_oid = hash_create("vecext indexes", 16, &control, HASH_ELEM | HASH_BLOBS);
    CacheRegisterRelcacheCallback(relation_changed, 0);
    RegisterXactCallback(transaction_changed, nullptr);
  }
  entry->oid = oid;
  entry->kind = kind;
  static_cast<FileOfIndex*>(hash_search(by_oid, &oid, HASH_ENTER, nullptr))->file = entry;
  dlist_push_head(&by_use, &entry->by_use);
}

void check_column(Relation index, Element element, Metric metric, int32 dims) {
  const OpclassInfo info = opclass_of(index);
  if (element != info.element || metric != info.metric || dims != column_dims(index, info)) {
    check_index(index, corrupt());
  }
}

MetaHead read_meta_head(Relation index, BufferHints* known) {
  BufferStore store(index, known);
  MetaHead head;
  check_index(index, store.read(kMetaPage, [&](const std::byte* page) {
    const Status status = check_meta_head(page, access_method_of(index)->meta_kind);
    head = *meta_head_of(page);
    return status;
  }));
  return head;
}

void lock_changes(Relation index) {
  assert_may_wait_for_changes(index);
  LockPage(index, kMetaPage, ExclusiveLock);
}

bool try_lock_changes(Relation index) {
  return ConditionalLockPage(index, kMetaPage, ExclusiveLock);
}

void unlock_changes(Relation index) {
  UnlockPage(index, kMetaPage, ExclusiveLock);
}

void raise_damage(Relation index, PageId page, uint16 offset, const char* what) {
  const char* place = page == kNoPage ? ""
                      : offset == 0   ? psprintf(" at block %u", page)
                                      : psprintf(" at block %u, offset %u", page, offset);
  count_damage(index);
  ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                  errmsg("index \"%s\" is damaged%s%s%s", RelationGetRelationName(index), place,
                         what == nullptr ? "" : ": ", what == nullptr ? "" : what),
                  errhint("Rebuild the index with REINDEX INDEX CONCURRENTLY %s.",
                          qualified_name(RelationGetRelid(index)))));
  pg_unreachable();
}

void check_index(Relation index, const Status& status) {
  if (status.ok()) {
    return;
  }
  if (status.code == StatusCode::kCorrupt) {
    raise_damage(index, status.has_page ? status.page : kNoPage, status.offset, nullptr);
  }
  if (status.code == StatusCode::kOtherVersion) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("index \"%s\" has format version %d, which this version of vecext "
                           "cannot read",
                           RelationGetRelationName(index), static_cast<int>(status.actual)),
                    errdetail("It reads version %d.", static_cast<int>(status.expected)),
                    errhint("Rebuild the index with REINDEX INDEX CONCURRENTLY %s.",
                            qualified_name(RelationGetRelid(index)))));
  }
  if (status.code == StatusCode::kOfPgvector) {
    ereport(
        ERROR,
        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
         errmsg("index \"%s\" was built by pgvector", RelationGetRelationName(index)),
         errdetail("pg_upgrade keeps the files of indexes, but vecext has a format of its own."),
         errhint("Rebuild the index with REINDEX INDEX CONCURRENTLY %s.",
                 qualified_name(RelationGetRelid(index)))));
  }
  raise(status);
}

}  // namespace vecext::pg
