// Makes a segment of pending documents, and makes one segment of several.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A list of pending documents becomes a segment when it has this many pages.
inline constexpr uint32 kPagesOfFullList = 64;

/// Makes a segment of all full lists of pending documents, and merges small segments. An insert
/// calls it. Does nothing if another session changes segments. Failures are reported to the
/// server's log.
void flush_full_lists(Relation index);

/// Makes a segment of all pending documents, and merges segments until few are left. VACUUM calls
/// it. Does nothing if another session changes segments. Failures are warnings.
void flush_and_merge_for_vacuum(Relation index);

/// Frees the pages that an interrupted change has left. The caller holds lock_changes().
void free_interrupted_change(Relation index);

/// Implements AccessMethod::merge: makes one segment of all documents.
int64 merge_posting_lists(Relation index, Relation heap);

}  // namespace vecext::pg
