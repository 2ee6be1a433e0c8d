#include "pg/am/index_cache.h"

#include "core/page/meta_page.h"
#include "pg/am/indexed_value.h"
#include "pg/am/opclass.h"

extern "C" {
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

namespace vecext::pg {

void forget_file(CachedFile* entry) {
  if (entry->context != nullptr) {
    const MemoryContext context = entry->context;
    entry->context = nullptr;
    entry->buffers = {};
    entry->heap_buffers = {};
    MemoryContextDelete(context);
  }
}

void keep_file(CachedFile* entry, Relation index, MemoryContext context) {
  KnownBuffers buffers{};
  buffers.reserve(RelationGetNumberOfBlocks(index), context);
  MemoryContextSetParent(context, CacheMemoryContext);
  entry->file = file_locator(index);
  entry->buffers = buffers;
  entry->context = context;
}

void check_column(Relation index, Element element, int32 dims) {
  const OpclassInfo info = opclass_of(index);
  if (element != info.element || dims != column_dims(index, info)) {
    check_index(index, {.code = StatusCode::kCorrupt});
  }
}

void lock_changes(Relation index) {
  LockPage(index, kMetaPage, ExclusiveLock);
}

bool try_lock_changes(Relation index) {
  return ConditionalLockPage(index, kMetaPage, ExclusiveLock);
}

void unlock_changes(Relation index) {
  UnlockPage(index, kMetaPage, ExclusiveLock);
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
