// The order of locks. Servers that are built with assertions check it:
//
//   the index and its table > lock_changes() > pages of an index > the extension of the index
//
// A session that waits for a lock must not hold a lock that stands to the right of it. The pages of
// one edit have an order among themselves (README.md), of which check_wait() asserts as much as the
// pages that are already locked show. The locks that a session holds are counted by
// InterruptHoldoffCount: locks of pages are lightweight locks, and each lightweight lock holds
// interrupts off once. The server sets the count to 0 when it raises an error.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Asserts that neither a page nor any other lightweight lock is held. It is called before a read,
/// before a patch, and before the first page of an edit.
inline void assert_none_locked() {
  Assert(InterruptHoldoffCount == 0);
}

/// Asserts that the index is locked and no page is. It is called before a wait for lock_changes().
inline void assert_may_wait_for_changes([[maybe_unused]] Relation index) {
  assert_none_locked();
  Assert(CheckRelationLockedByMe(index, AccessShareLock, true));
}

/// Asserts the order of locks. It is called before an edit that has locked `buffers` waits for
/// another page.
#ifdef USE_ASSERT_CHECKING
void check_wait(Relation index, const Buffer* buffers, int count);
#else
inline void check_wait(Relation, const Buffer*, int) {}
#endif

}  // namespace vecext::pg
