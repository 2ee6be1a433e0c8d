#include "pg/store/lock_order.h"

#include "core/page/meta_head.h"
#include "core/page/page.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/version.h"

extern "C" {
#include "storage/lock.h"
}

namespace vecext::pg {

#ifdef USE_ASSERT_CHECKING

namespace {

/// True for the kinds of pages to which inserts add rows. An edit of an insert locks such a page
/// first.
bool has_new_rows(PageKind kind) {
  return kind == PageKind::kCodes || kind == PageKind::kVectors || kind == PageKind::kPending ||
         kind == PageKind::kTextPending;
}

/// True if this transaction holds the lock that lock_changes() takes.
bool has_changes_lock(Relation index) {
  LOCKTAG tag;
  SET_LOCKTAG_PAGE(tag, index->rd_lockInfo.lockRelId.dbId, index->rd_lockInfo.lockRelId.relId,
                   kMetaPage);
  return holds_lock(tag, ExclusiveLock);
}

}  // namespace

void check_wait(Relation index, const Buffer* buffers, int count) {
  int locked = 0;
  for (int i = 0; i < count; ++i) {
    locked += BufferIsLocal(buffers[i]) ? 0 : 1;
  }
  // All locked pages belong to this edit.
  Assert(InterruptHoldoffCount == static_cast<uint32>(locked));
  const bool has_changes = has_changes_lock(index);
  for (int i = 0; i < count; ++i) {
    // An edit locks the meta page last.
    Assert(BufferGetBlockNumber(buffers[i]) != kMetaPage);
    // The edit may lock a page that it adds while it has another page locked, since no other
    // session waits for the new page.
    const auto* bytes = reinterpret_cast<const std::byte*>(BufferGetPage(buffers[i]));
    const PageKind kind = page_tail(bytes)->kind;
    // After a page of the directory, an edit locks only the meta page.
    const bool is_directory_alone = count == 1 && kind == PageKind::kDirectory;
    Assert(has_changes || is_unused_page(bytes) || has_new_rows(kind) || is_directory_alone);
  }
  // An edit has locked at most three pages when it waits for another page (README.md).
  Assert(has_changes || count <= 3);
}

#endif

}  // namespace vecext::pg
