// The pages of an index in shared buffers: a PageStore (core/page/store.h).
//
// A read pins and share-locks one page at a time. An edit locks its pages exclusively, in the order
// of the calls, and becomes one generic WAL record. If the server raises an error, it releases all
// locks and pins. An edit that was not committed has then changed nothing.
#pragma once

#include "core/page/page.h"
#include "core/page/patch.h"
#include "pg/store/buffer_hints.h"
#include "pg/store/lock_order.h"
#include "pg/store/moments.h"
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

/// True if the page is new or free.
inline bool is_unused_page(const std::byte* bytes) {
  return PageIsNew(reinterpret_cast<Page>(const_cast<std::byte*>(bytes))) ||
         check_page(bytes, PageKind::kFree).ok();
}

/// True if the unused part of a page, as the server's page header states it, has no data. The part
/// that the header calls unused is not logged, and is lost when the page is changed.
bool has_sound_hole(const std::byte* bytes);

/// Remembers a number of pages that a relation has at least, which saves asking for the size of its
/// file.
class KnownBlocks {
 public:
  /// True if the page exists.
  bool has(Relation relation, PageId page) {
    if (page >= blocks_) {
      blocks_ = RelationGetNumberOfBlocks(relation);
    }
    return page < blocks_;
  }

 private:
  BlockNumber blocks_ = 0;
};

/// A change of at most four pages, which is logged as one WAL record.
class BufferEdit {
 public:
  /// `blocks` and `lowest` belong to the store. If `lowest` is not null, add() takes the first free
  /// page from page `*lowest` on, and sets `*lowest` to the page after it. If `lowest` is null,
  /// add() takes any free page.
  BufferEdit(Relation relation, KnownBlocks* blocks, PageId* lowest)
      : relation_(relation),
        blocks_(blocks),
        lowest_(lowest),
        state_(GenericXLogStart(relation)),
        count_(0) {}

  Status page(PageId page, std::byte** bytes) { return lock(page, 0, bytes); }
  Status add(PageId* page, std::byte** bytes);
  Status fill(PageId page, std::byte** bytes);
  void set_hole(std::byte* bytes, Size from, Size to) {
    auto* header = reinterpret_cast<PageHeader>(bytes);
    header->pd_lower = static_cast<LocationIndex>(from);
    header->pd_upper = static_cast<LocationIndex>(to);
  }
  void commit();
  void abandon();

 private:
  Status lock(PageId page, int flags, std::byte** bytes);
  void release();

  Relation relation_;
  KnownBlocks* blocks_;
  PageId* lowest_;
  GenericXLogState* state_;
  int count_;
  Buffer buffers_[MAX_GENERIC_XLOG_PAGES];
};

/// Writes a patch to a page that is exclusively locked, and logs the patch as a generic WAL record.
/// The server's own functions for such records compare the page with a copy of it, which takes
/// longer than all other work of inserting a short document. The unused part of the page becomes
/// zeros, as it does when the record is replayed.
void apply_patch(Relation relation, Buffer buffer, const PagePatch& patch);

class BufferStore {
 public:
  /// `known` has the hints for the relation; it may be null. The caller keeps the relation open.
  BufferStore(Relation relation, BufferHints* known)
      : relation_(relation), known_(known), lowest_(kNoPage) {}

  template <class Visit>
  Status read(PageId page, Visit visit) {
    assert_none_locked();
    const Buffer buffer = pin(page);
    if (buffer == InvalidBuffer) [[unlikely]] {
      return corrupt().in_page(page);
    }
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const Status status = visit(reinterpret_cast<const std::byte*>(BufferGetPage(buffer)));
    UnlockReleaseBuffer(buffer);
    return status.ok() ? status : status.in_page(page);
  }

  template <class Plan>
  Status patch(PageId page, const Plan& plan) {
    assert_none_locked();
    const Buffer buffer = pin(page);
    if (buffer == InvalidBuffer) [[unlikely]] {
      return corrupt().in_page(page);
    }
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    PagePatch patch;
    const Status status = plan(reinterpret_cast<const std::byte*>(BufferGetPage(buffer)), &patch);
    if (status.ok() && !patch.is_empty()) {
      apply_patch(relation_, buffer, patch);
    }
    UnlockReleaseBuffer(buffer);
    return status.ok() ? status : status.in_page(page);
  }
  void hole(Size from, Size to, PagePatch* patch) const {
    const LocationIndex ends[] = {static_cast<LocationIndex>(from), static_cast<LocationIndex>(to)};
    static_assert(offsetof(PageHeaderData, pd_upper) ==
                  offsetof(PageHeaderData, pd_lower) + sizeof(LocationIndex));
    patch->put(offsetof(PageHeaderData, pd_lower), ends, sizeof ends);
  }

  PageId pages() const { return RelationGetNumberOfBlocks(relation_); }

  /// Prefetches `bytes` bytes of the page, from byte `from` on, into the processor's cache, if the
  /// page's buffer is known.
  void prefetch(PageId page, Size from, Size bytes) const {
    if (known_ != nullptr) {
      known_->prefetch(page, from, bytes);
    }
  }

  /// Does the same, but into the second-level cache.
  void prefetch_far(PageId page, Size from, Size bytes) const {
    if (known_ != nullptr) {
      known_->prefetch_far(page, from, bytes);
    }
  }

  void poll() { CHECK_FOR_INTERRUPTS(); }

  void at(Moment moment) {
    assert_none_locked();
    run_injection_point(injection_point_of(moment));
  }

  void release(PageId page) {
    run_injection_point(kPageFreed);
    RecordFreeIndexPage(relation_, page);
    // Without this call, searches of the free space map would find the page only after a VACUUM.
    FreeSpaceMapVacuumRange(relation_, page, page + 1);
  }

  BufferEdit edit() {
    return BufferEdit(relation_, &blocks_, lowest_ == kNoPage ? nullptr : &lowest_);
  }

  /// Makes edits that add pages take the first free pages from `page` on. Pages that are written
  /// together then lie near each other, and free pages at the end of the file stay free.
  void add_from(PageId page) { lowest_ = page; }
  PageId adds_from() const { return lowest_; }

 private:
  /// Pins a page. Returns InvalidBuffer if the page does not exist.
  Buffer pin(PageId page);

  Relation relation_;
  BufferHints* known_;
  KnownBlocks blocks_;
  PageId lowest_;
};

/// Writes the pages of a new index without WAL. It is a BulkStore (core/page/bulk.h). At the end,
/// log() logs all of these pages.
class BulkWriter {
 public:
  BulkWriter(Relation relation, ForkNumber fork)
      : relation_(relation), fork_(fork), buffer_(InvalidBuffer) {}

  Status add(PageId* page, std::byte** bytes);
  Status change(PageId page, std::byte** bytes);
  Status reserve(PageId* page, PageKind kind, std::uint32_t chain) {
    std::byte* bytes;
    VECEXT_TRY(add(page, &bytes));
    init_page(bytes, kind, 0, chain);
    return {};
  }
  Status fill(PageId page, std::byte** bytes) { return change(page, bytes); }
  template <class Visit>
  Status read(PageId page, Visit visit) {
    finish_page();
    CHECK_FOR_INTERRUPTS();
    assert_none_locked();
    const Buffer buffer = ReadBufferExtended(relation_, fork_, page, RBM_NORMAL, nullptr);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const Status status = visit(reinterpret_cast<const std::byte*>(BufferGetPage(buffer)));
    UnlockReleaseBuffer(buffer);
    return status.ok() ? status : status.in_page(page);
  }

  void end_change() { finish_page(); }

  /// Ends the last change, and logs all pages if the relation or the fork needs WAL.
  void log();

 private:
  std::byte* keep(Buffer buffer);
  void finish_page();

  Relation relation_;
  ForkNumber fork_;
  Buffer buffer_;  // exclusively locked, or InvalidBuffer
};

}  // namespace vecext::pg
