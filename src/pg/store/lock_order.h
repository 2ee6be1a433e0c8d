// The order of locks, asserted where the server was built with its assertions:
//
//   the index and its table > lock_changes() > pages of an index > the extension of the index
//
// A session that waits for a lock on the left holds none on the right of it. Pages have an order of
// their own, in one edit (README.md); what check_wait() asserts of it are the pages held. The
// server counts the lightweight locks of a backend, and forgets them when it raises an error: each
// holds interrupts off once, and locks of pages are lightweight locks.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Before a read, a patch, or the first page of an edit: no page and no other lightweight lock is
/// held.
inline void assert_none_locked() {
  Assert(InterruptHoldoffCount == 0);
}

/// Before a wait for lock_changes(): the index is locked, too.
inline void assert_may_wait_for_changes([[maybe_unused]] Relation index) {
  assert_none_locked();
  Assert(CheckRelationLockedByMe(index, AccessShareLock, true));
}

/// Before an edit that has locked `buffers` waits for another page.
#ifdef USE_ASSERT_CHECKING
void check_wait(Relation index, const Buffer* buffers, int count);
#else
inline void check_wait(Relation, const Buffer*, int) {}
#endif

}  // namespace vecext::pg
