// Sets of rows that a session keeps from one statement to the next, as long as the indexes from
// which they were read would give the same rows again (kept_sets.cpp gives the reasons).
#pragma once

#include "core/filter/row_bits.h"
#include "pg/am/common/set_memory.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/xlogdefs.h"
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

/// A set with fewer rows is not kept, as it is made about as fast as a kept set is found, unless it
/// was read from kFewestPages pages or more.
constexpr int64 kFewestKept = 100;
constexpr int64 kFewestPages = 4;

/// If fewer rows are expected, no kept set is looked for. The number is half of kFewestKept,
/// because estimates are often too low.
constexpr double kFewestExpected = 50;

/// The name of a set: the indexes of a node that makes bitmaps, and their conditions.
struct SetName {
  MemoryContext context;
  StringInfoData bytes;
  uint32 hash;
  GrowingArray<Relation> indexes;
  XLogRecPtr named_at;  // the position in the WAL when the set was named
  uint32 asked_before;  // roughly how often a set of that name was asked for before, without a
                        // change
};

/// False if no set of a statement of this session can be kept: on a standby, in a SERIALIZABLE
/// transaction, in a parallel worker, and where snapshots expire.
bool may_keep_sets();

/// Names the set of a node, before the indexes are read, in memory of `context`. Evaluates the
/// parameters of the conditions, in the current context, for as long as the node lives. Returns
/// false if sets of this node are not kept.
bool name_set(PlanState* node, MemoryContext context, SetName* name);

/// A row set.
struct MadeSet {
  const RowBits* rows;
  bool is_exact;          // true if all its rows fulfil the conditions of the bitmap from which it
                          // was made
  SetMemories* memories;  // memories of a set that an earlier statement has kept, otherwise null
};

/// Finds the set of that name. Returns false unless a set is kept and its indexes have not changed.
/// The set stays at least until `holder` is reset.
bool find_kept(const SetName& name, MemoryContext holder, MadeSet* set);

/// Keeps a copy of a set that was read from `pages` after it was named, if it has enough rows or
/// was read from enough pages, and there is room within a part of vecext.cache_size. `is_exact` is
/// true if its rows fulfil the conditions.
void keep_set(const SetName& name, const RowBits& rows, bool is_exact, const PagesRead& pages);

}  // namespace vecext::pg
