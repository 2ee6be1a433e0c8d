// What a backend keeps of the indexes that it has used, one entry an index.
#pragma once

#include "core/quant/space.h"
#include "pg/store/known_buffers.h"
#include "pg/sys/error.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "utils/hsearch.h"
}

namespace vecext::pg {

/// What an entry has whatever the access method; first in it.
struct CachedFile {
  Oid oid;  // key
  FileLocator file;
  MemoryContext context;  // holds the model and all else; null: nothing loaded
  KnownBuffers buffers;
  KnownBuffers heap_buffers;  // of the table
  int32 rows_wanted;          // rows that the last scan handed out
};

/// Is something loaded, and of the file that the index has now?
inline bool is_loaded(const CachedFile& entry, Relation index) {
  return entry.context != nullptr && same_file(entry.file, file_locator(index));
}

/// Forgets what is loaded.
void forget_file(CachedFile* entry);

/// The index has been loaded into `context`, which is kept from now on.
void keep_file(CachedFile* entry, Relation index, MemoryContext context);

/// The entry of an index, a new one if need be; Entry begins with a CachedFile. *table is the
/// cache's.
template <class Entry>
Entry* find_cached(HTAB** table, const char* name, Oid oid) {
  if (*table == nullptr) {
    HASHCTL control{};
    control.keysize = sizeof(Oid);
    control.entrysize = sizeof(Entry);
    *table = hash_create(name, 16, &control, HASH_ELEM | HASH_BLOBS);
  }
  bool found;
  auto* entry = static_cast<Entry*>(hash_search(*table, &oid, HASH_ENTER, &found));
  if (!found) {
    *entry = Entry{};
    entry->oid = oid;
  }
  return entry;
}

/// Raises that the index is damaged where its meta page is not about its column: whoever compares
/// vectors would read beyond them.
void check_column(Relation index, Element element, int32 dims);

/// Keeps others from making lists or a graph anew, and from looking for dead rows meanwhile, until
/// unlock_changes(); waits for one that does.
void lock_changes(Relation index);

/// The same if nobody does; else false.
bool try_lock_changes(Relation index);
void unlock_changes(Relation index);

/// Raises a Status about an index, naming the index.
void check_index(Relation index, const Status& status);

}  // namespace vecext::pg
