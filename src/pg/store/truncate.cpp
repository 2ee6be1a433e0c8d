#include "pg/store/truncate.h"

#include "pg/store/buffer_store.h"
#include "pg/sys/error_scope.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/table.h"
#include "access/xact.h"
#include "catalog/storage.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/wait_event.h"
}

namespace vecext::pg {

namespace {

/// Fewer free pages than these are not worth the lock that truncating needs: pages / kLeastPart, or
/// kLeastPages.
constexpr BlockNumber kLeastPart = 16;
constexpr BlockNumber kLeastPages = 8;

/// How often try_lock() waits for the lock, and for how many milliseconds each time.
constexpr int kTries = 20;
constexpr long kWait = 50;

bool is_free(Relation index, BlockNumber block) {
  const Buffer buffer = ReadBuffer(index, block);
  LockBuffer(buffer, BUFFER_LOCK_SHARE);
  const bool is_one = is_unused_page(reinterpret_cast<std::byte*>(BufferGetPage(buffer)));
  UnlockReleaseBuffer(buffer);
  return is_one;
}

/// Returns the number of pages that are left if the free pages at the end of the index are cut off.
BlockNumber used_end(Relation index) {
  BlockNumber end = RelationGetNumberOfBlocks(index);
  while (end > 1 && is_free(index, end - 1)) {
    CHECK_FOR_INTERRUPTS();
    --end;
  }
  return end;
}

bool is_worth_it(BlockNumber pages, BlockNumber end) {
  return pages - end >= Max(pages / kLeastPart, kLeastPages);
}

/// Locks the index exclusively. Returns false if other sessions still use it after kTries attempts.
bool try_lock(Relation index) {
  for (int i = 0; i < kTries; ++i) {
    if (ConditionalLockRelation(index, AccessExclusiveLock)) {
      return true;
    }
    CHECK_FOR_INTERRUPTS();
    (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, kWait,
                    WAIT_EVENT_VACUUM_TRUNCATE);
    ResetLatch(MyLatch);
  }
  return false;
}

/// True if the table's vacuum_truncate is on, and this is not a parallel operation.
bool may_truncate(Relation index) {
  // Truncating takes a lock that is logged. That needs a transaction id, which a parallel operation
  // cannot get.
  if (IsInParallelMode()) {
    return false;
  }
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  const bool is_on = truncates_at_vacuum(heap);
  table_close(heap, AccessShareLock);
  return is_on;
}

/// True if another session has a lock on the index.
bool is_used_by_others(Relation index) {
  LOCKTAG tag;
  SET_LOCKTAG_RELATION(tag, index->rd_lockInfo.lockRelId.dbId, index->rd_lockInfo.lockRelId.relId);
  int count;
  pfree(GetLockConflicts(&tag, AccessExclusiveLock, &count));
  return count > 0;
}

}  // namespace

PagesInUse pages_in_use(Relation index, bool (*is_movable)(PageKind)) {
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  BufferStore store(index, nullptr);
  PagesInUse use{0, 0, 0, 0};
  for (BlockNumber page = 0; page < pages; ++page) {
    delay_vacuum();
    (void)store.read(page, [&](const std::byte* bytes) -> Status {
      if (is_unused_page(bytes)) {
        return {};
      }
      const bool is_one = is_movable(page_tail(bytes)->kind);
      ++(is_one ? use.movable : use.fixed);
      (is_one ? use.movable_end : use.fixed_end) = page + 1;
      return {};
    });
  }
  return use;
}

BlockNumber free_pages_end(Relation index, BlockNumber count) {
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  BlockNumber end = 1;
  for (; count > 0 && end < pages; ++end) {
    delay_vacuum();
    count -= is_free(index, end) ? 1 : 0;
  }
  return end + count;
}

bool could_truncate(Relation index) {
  return may_truncate(index) && !is_used_by_others(index);
}

void truncate_free_end(Relation index) {
  if (!is_worth_it(RelationGetNumberOfBlocks(index), used_end(index)) || !may_truncate(index)) {
    return;
  }
  // On a standby, the lock must be released before VACUUM commits. VACUUM may lock the table next,
  // to truncate it. A query on the standby that has locked the table and waits for the index would
  // then be in a deadlock with replay.
  roll_back_after([index] {
    if (!try_lock(index)) {
      return;
    }
    // Inserts may have used some of the free pages since these were counted.
    const BlockNumber end = used_end(index);
    if (is_worth_it(RelationGetNumberOfBlocks(index), end)) {
      RelationTruncate(index, end);
    }
  });
}

}  // namespace vecext::pg
