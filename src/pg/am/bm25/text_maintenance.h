// Making segments of pending documents, and one segment of several.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// A list of pending documents becomes a segment when it has so many pages.
inline constexpr uint32 kPagesOfFullList = 64;

/// For inserts: makes a segment of all full lists, and merges small segments, unless another
/// session changes segments.
void flush_full_lists(Relation index);

/// Makes a segment of all pending documents; false if there are none. The caller has locked
/// changes.
bool flush_all_lists(Relation index);

/// Merges segments of at most `most` documents as long as that is due. Returns how often. The
/// caller has locked changes.
int64 merge_due_segments(Relation index, uint32 most);

/// Makes one segment of all, without removed documents; false if there is nothing to do. The caller
/// has locked changes.
bool merge_all_segments(Relation index);

}  // namespace vecext::pg
