// The pages of an index in shared buffers: a PageStore (core/page/store.h).
//
// Reading pins and share-locks one page at a time. An edit locks its pages for writing in the order
// in which they are asked for and is one generic WAL record. Errors of the server leave by longjmp:
// it then releases locks and pins, and an edit not committed has changed nothing.
#pragma once

#include "core/page/page.h"
#include "pg/store/buffer_hints.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/generic_xlog.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/freespace.h"
#include "storage/indexfsm.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Does nobody use the page?
inline bool is_unused_page(const std::byte* bytes) {
  return PageIsNew(reinterpret_cast<Page>(const_cast<std::byte*>(bytes))) ||
         check_page(bytes, PageKind::kFree).ok();
}

/// A change of at most four pages, seen and logged as one.
class BufferEdit {
 public:
  /// With `lowest`, free pages are looked for from there on, which is moved; null: anywhere.
  BufferEdit(Relation relation, PageId* lowest)
      : relation_(relation), lowest_(lowest), state_(GenericXLogStart(relation)), count_(0) {}

  Status page(PageId page, std::byte** bytes);
  Status add(PageId* page, std::byte** bytes);
  void commit();
  void abandon();

 private:
  void release();

  Relation relation_;
  PageId* lowest_;
  GenericXLogState* state_;
  int count_;
  Buffer buffers_[MAX_GENERIC_XLOG_PAGES];
};

class BufferStore {
 public:
  /// `known` may be null. The relation stays the caller's.
  BufferStore(Relation relation, BufferHints* known)
      : relation_(relation), known_(known), blocks_(0), lowest_(kNoPage) {}

  template <class Visit>
  Status read(PageId page, Visit visit) {
    if (!exists(page)) [[unlikely]] {
      return {.code = StatusCode::kCorrupt};
    }
    const Buffer buffer = pin(page);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const Status status = visit(reinterpret_cast<const std::byte*>(BufferGetPage(buffer)));
    UnlockReleaseBuffer(buffer);
    return status;
  }

  PageId pages() const { return RelationGetNumberOfBlocks(relation_); }

  /// Brings bytes of the page into the processor's cache, if it is known where they are.
  void prefetch(PageId page, Size from, Size bytes) const {
    if (known_ != nullptr) {
      known_->prefetch(page, from, bytes);
    }
  }

  void poll() { CHECK_FOR_INTERRUPTS(); }

  void release(PageId page) {
    RecordFreeIndexPage(relation_, page);
    // Without this only VACUUM would let searches of the map see it.
    FreeSpaceMapVacuumRange(relation_, page, page + 1);
  }

  BufferEdit edit() { return BufferEdit(relation_, lowest_ == kNoPage ? nullptr : &lowest_); }

  /// From now on, pages are added where the first free ones from `page` on are: what is written at
  /// once lies together, and the end of the file becomes free.
  void add_from(PageId page) { lowest_ = page; }
  PageId adds_from() const { return lowest_; }

 private:
  bool exists(PageId page) {
    if (page >= blocks_) {
      blocks_ = RelationGetNumberOfBlocks(relation_);
    }
    return page < blocks_;
  }
  Buffer pin(PageId page);

  Relation relation_;
  BufferHints* known_;
  BlockNumber blocks_;
  PageId lowest_;
};

/// Pages of an index that is being made, written without WAL: a BulkStore (core/page/bulk.h). log()
/// makes them durable at the end.
class BulkWriter {
 public:
  BulkWriter(Relation relation, ForkNumber fork)
      : relation_(relation), fork_(fork), buffer_(InvalidBuffer) {}

  Status add(PageId* page, std::byte** bytes);
  Status change(PageId page, std::byte** bytes);
  template <class Visit>
  Status read(PageId page, Visit visit) {
    finish_page();
    CHECK_FOR_INTERRUPTS();
    const Buffer buffer = ReadBufferExtended(relation_, fork_, page, RBM_NORMAL, nullptr);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const Status status = visit(reinterpret_cast<const std::byte*>(BufferGetPage(buffer)));
    UnlockReleaseBuffer(buffer);
    return status;
  }

  /// Ends the last change, and logs all pages where the relation or the fork needs it.
  void log();

 private:
  std::byte* keep(Buffer buffer);
  void finish_page();

  Relation relation_;
  ForkNumber fork_;
  Buffer buffer_;  // locked for writing, or InvalidBuffer
};

}  // namespace vecext::pg
