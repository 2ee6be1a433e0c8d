#include "pg/store/buffer_store.h"

#include "core/page/pending_text_page.h"
#include "pg/sys/buffer.h"
#include "pg/sys/progress.h"

extern "C" {
#include "access/rmgr.h"
#include "access/xloginsert.h"
}

namespace vecext::pg {

namespace {

static_assert(kPageSize == BLCKSZ, "vecext is for servers built with pages of 8 kB");
static_assert(kPayloadOffset - sizeof(PageHead) >= SizeOfPageHeaderData);

/// Initializes the server's page header. It marks the whole page as used, so that a full-page image
/// in the WAL has no hole.
void init_server_page(Page page) {
  PageInit(page, BLCKSZ, kPageSize - kPayloadEnd);
  reinterpret_cast<PageHeader>(page)->pd_lower = reinterpret_cast<PageHeader>(page)->pd_upper;
}

bool is_unused(Buffer buffer) {
  return is_unused_page(reinterpret_cast<std::byte*>(BufferGetPage(buffer)));
}

/// Returns the first free page from page `*at` on, or else a new page, exclusively locked. The free
/// space map may still list the page as free. A backend that gets the page from the map checks that
/// it is.
Buffer lowest_page(Relation relation, PageId* at) {
  while (*at < RelationGetNumberOfBlocks(relation)) {
    CHECK_FOR_INTERRUPTS();
    const Buffer buffer = ReadBuffer(relation, (*at)++);
    // The caller may already have locked the page, so this must not wait for its lock. The first
    // test is made without a lock, so it is only a guess.
    if (is_unused(buffer) && ConditionalLockBuffer(buffer)) {
      if (is_unused(buffer)) {
        return buffer;
      }
      LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
    }
    ReleaseBuffer(buffer);
  }
  const Buffer buffer = extend_relation(relation, MAIN_FORKNUM);
  *at = BufferGetBlockNumber(buffer) + 1;
  return buffer;
}

/// Returns a free page of the relation, or a new page, exclusively locked.
Buffer free_page(Relation relation) {
  for (;;) {
    const BlockNumber block = GetFreeIndexPage(relation);
    if (block == InvalidBlockNumber) {
      return extend_relation(relation, MAIN_FORKNUM);
    }
    const Buffer buffer = ReadBuffer(relation, block);
    if (ConditionalLockBuffer(buffer)) {
      if (is_unused(buffer)) {
        return buffer;
      }
      LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
    }
    ReleaseBuffer(buffer);
  }
}

/// Begins a critical section, in which an error becomes a PANIC. The server's macro is not used,
/// since it increments a volatile variable, which is deprecated in C++20.
void begin_critical_section() {
  CritSectionCount = CritSectionCount + 1;
}

void end_critical_section() {
  Assert(CritSectionCount > 0);
  CritSectionCount = CritSectionCount - 1;
}

}  // namespace

bool has_sound_hole(const std::byte* bytes) {
  const auto* header = reinterpret_cast<const PageHeaderData*>(bytes);
  const PageKind kind = page_tail(bytes)->kind;
  // A free page is rewritten as a whole before it is used, so its header does not matter.
  if (header->pd_lower == header->pd_upper || kind == PageKind::kFree) {
    return true;
  }
  // If a crash has ended a rebuild, it has left pages of nodes that were not filled yet.
  if (kind == PageKind::kNodes) {
    return page_head(bytes)->rows == 0;
  }
  FreeText room;
  return kind == PageKind::kTextPending && find_free_of_pending_text(bytes, &room).ok() &&
         header->pd_lower >= room.from && header->pd_lower <= header->pd_upper &&
         header->pd_upper <= room.to;
}

Status BufferEdit::lock(PageId page, int flags, std::byte** bytes) {
  if (!blocks_->has(relation_, page)) [[unlikely]] {
    return corrupt().in_page(page);
  }
  const Buffer buffer = ReadBuffer(relation_, page);
  for (int i = 0; i < count_; ++i) {
    if (buffers_[i] == buffer) {
      // A damaged page refers to a page that this edit has already locked. Locking that again would
      // wait forever.
      ReleaseBuffer(buffer);
      return corrupt().in_page(page);
    }
  }
  check_wait(relation_, buffers_, count_);
  LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
  buffers_[count_++] = buffer;
  *bytes = reinterpret_cast<std::byte*>(GenericXLogRegisterBuffer(state_, buffer, flags));
  return {};
}

Status BufferEdit::fill(PageId page, std::byte** bytes) {
  VECEXT_TRY(lock(page, GENERIC_XLOG_FULL_IMAGE, bytes));
  init_server_page(reinterpret_cast<Page>(*bytes));
  return {};
}

Status BufferEdit::add(PageId* page, std::byte** bytes) {
  add_progress(Steps::kPages, 1);
  const Buffer buffer = lowest_ == nullptr ? free_page(relation_) : lowest_page(relation_, lowest_);
  buffers_[count_++] = buffer;
  const Page image = GenericXLogRegisterBuffer(state_, buffer, GENERIC_XLOG_FULL_IMAGE);
  init_server_page(image);
  *page = BufferGetBlockNumber(buffer);
  *bytes = reinterpret_cast<std::byte*>(image);
  return {};
}

void BufferEdit::commit() {
  GenericXLogFinish(state_);
  release();
}

void BufferEdit::abandon() {
  GenericXLogAbort(state_);
  release();
}

void BufferEdit::release() {
  while (count_ > 0) {
    UnlockReleaseBuffer(buffers_[--count_]);
  }
}

void apply_patch(Relation relation, Buffer buffer, const PagePatch& patch) {
  const Page page = BufferGetPage(buffer);
  const bool is_logged = RelationNeedsWAL(relation);
  if (is_logged) {
    XLogBeginInsert();
  }
  begin_critical_section();
  patch.apply(reinterpret_cast<std::byte*>(page));
  MarkBufferDirty(buffer);
  if (is_logged) {
    XLogRegisterBuffer(0, buffer, REGBUF_STANDARD);
    XLogRegisterBufData(0, reinterpret_cast<char*>(const_cast<std::byte*>(patch.bytes())),
                        static_cast<int>(patch.size()));
    const XLogRecPtr lsn = XLogInsert(RM_GENERIC_ID, 0);
    PageSetLSN(page, lsn);
  }
  end_critical_section();
}

Buffer BufferStore::pin(PageId page) {
  // A page that is in shared buffers exists. Asking for the size of the file would take longer.
  Buffer buffer = known_ == nullptr ? InvalidBuffer : pin_seen(relation_, page, known_->of(page));
  if (buffer == InvalidBuffer && blocks_.has(relation_, page)) {
    buffer = ReadBuffer(relation_, page);
    if (known_ != nullptr) {
      known_->remember(page, buffer);
    }
  }
  return buffer;
}

std::byte* BulkWriter::keep(Buffer buffer) {
  buffer_ = buffer;
  return reinterpret_cast<std::byte*>(BufferGetPage(buffer));
}

void BulkWriter::finish_page() {
  if (buffer_ != InvalidBuffer) {
    MarkBufferDirty(buffer_);
    UnlockReleaseBuffer(buffer_);
    buffer_ = InvalidBuffer;
  }
}

Status BulkWriter::add(PageId* page, std::byte** bytes) {
  finish_page();
  CHECK_FOR_INTERRUPTS();
  add_progress(Steps::kPages, 1);
  const Buffer buffer = extend_relation(relation_, fork_);
  *page = BufferGetBlockNumber(buffer);
  *bytes = keep(buffer);
  init_server_page(BufferGetPage(buffer));
  return {};
}

Status BulkWriter::change(PageId page, std::byte** bytes) {
  finish_page();
  CHECK_FOR_INTERRUPTS();
  add_progress(Steps::kPages, 1);
  assert_none_locked();
  const Buffer buffer = ReadBufferExtended(relation_, fork_, page, RBM_NORMAL, nullptr);
  LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
  *bytes = keep(buffer);
  return {};
}

void BulkWriter::log() {
  finish_page();
  if (RelationNeedsWAL(relation_) || fork_ == INIT_FORKNUM) {
    log_newpage_range(relation_, fork_, 0, RelationGetNumberOfBlocksInFork(relation_, fork_), true);
  }
}

}  // namespace vecext::pg
