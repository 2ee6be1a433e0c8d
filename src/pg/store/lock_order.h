// The order of locks, which is asserted in servers that were built with assertions:
//
//   the index and its table > lock_changes() > pages of an index > the extension of the index
//
// A session that waits for a lock holds no lock that stands to the right of it. The pages of one
// edit have an order among themselves (README.md); check_wait() asserts what can be known of it
// from the pages that are already locked. The server counts the lightweight locks of a backend, and
// forgets them when it raises an error: each holds interrupts off once, and locks of pages are
// lightweight locks.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Asserts, before a read, a patch, or the first page of an edit, that neither a page nor any other
/// lightweight lock is held.
inline void assert_none_locked() {
  Assert(InterruptHoldoffCount == 0);
}

/// Asserts, before a wait for lock_changes(), that no page is locked and that the index is.
inline void assert_may_wait_for_changes([[maybe_unused]] Relation index) {
  assert_none_locked();
  Assert(CheckRelationLockedByMe(index, AccessShareLock, true));
}

/// Asserts the order of locks before an edit that has locked `buffers` waits for another page.
#ifdef USE_ASSERT_CHECKING
void check_wait(Relation index, const Buffer* buffers, int count);
#else
inline void check_wait(Relation, const Buffer*, int) {}
#endif

}  // namespace vecext::pg
