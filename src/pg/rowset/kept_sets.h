// Sets of rows that a session keeps from one statement to the next. A set is kept as long as the
// indexes that it was read from would give the same rows again (kept_sets.cpp says how that is
// known).
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

/// A set is kept if it has at least kFewestKept rows, or was read from at least kFewestPages pages.
/// Other sets can be made about as fast as a kept set is found.
constexpr int64 kFewestKept = 100;
constexpr int64 kFewestPages = 4;

/// A kept set is looked for only if at least so many rows are expected. The number is half of
/// kFewestKept, because estimates are often too low.
constexpr double kFewestExpected = 50;

/// The name of a set, which is made of the indexes of a node that makes bitmaps and of their
/// conditions.
struct SetName {
  MemoryContext context;
  StringInfoData bytes;
  uint32 hash;
  GrowingArray<Relation> indexes;
  XLogRecPtr named_at;  // the position in the WAL when the set was named
  uint32 asked_before;  // about how often a set of that name was asked for before, since its pages
                        // have last changed
};

/// True if the session may keep sets of a statement. It may not on a standby, in a SERIALIZABLE
/// transaction, in a parallel worker, and if snapshots may expire.
bool may_keep_sets();

/// Names the set of a node, in memory of `context`. It must be called before the indexes are read.
/// It evaluates the parameters of the conditions, in the current memory context, for as long as the
/// node lives. Returns false if sets of this node are not kept.
bool name_set(PlanState* node, MemoryContext context, SetName* name);

/// A set of rows, which was made for a statement or kept from an earlier one.
struct MadeSet {
  const RowBits* rows;
  bool is_exact;          // true if all its rows are known to fulfil the conditions of its bitmap
  SetMemories* memories;  // what searches keep with the set if an earlier statement has kept it,
                          // otherwise null
};

/// Finds the kept set of that name. Returns false if there is none, or if its indexes have changed.
/// The set stays at least until `holder` is reset.
bool find_kept(const SetName& name, MemoryContext holder, MadeSet* set);

/// Keeps a copy of a set that was read from `pages` after name_set() was called. Does so only if
/// the set has enough rows or was read from enough pages, and if it fits into the part of
/// vecext.cache_size that is for sets. `is_exact` is true if all its rows are known to fulfil the
/// conditions.
void keep_set(const SetName& name, const RowBits& rows, bool is_exact, const PagesRead& pages);

}  // namespace vecext::pg
