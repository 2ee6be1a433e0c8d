// Sets of rows that a session keeps from one statement to the next, for as long as the indexes that
// they were read from would give the same rows again (kept_sets.cpp says why they would).
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

/// A set of fewer rows is made about as fast as a kept one is found, unless it was read from
/// kFewestPages pages or more.
constexpr int64 kFewestKept = 100;
constexpr int64 kFewestPages = 4;

/// If fewer rows are expected, no kept set is looked for. The bound is half of kFewestKept, because
/// estimates are often too low.
constexpr double kFewestExpected = 50;

/// What a set is known by: the indexes of a node that makes bitmaps, and their conditions.
struct SetName {
  MemoryContext context;
  StringInfoData bytes;
  uint32 hash;
  GrowingArray<Relation> indexes;
  XLogRecPtr named_at;  // a position in the WAL
  uint32 asked_before;  // how often a set of that name was asked for, without a change, about
};

/// False if no set of a statement of this session can be kept: on a standby, in a SERIALIZABLE
/// transaction, in a parallel worker, and where snapshots expire.
bool may_keep_sets();

/// Names the set of a node, before the indexes are read, in memory of `context`. Evaluates the
/// parameters of the conditions, in the current context, for as long as the node lives. False: sets
/// of this node are not kept.
bool name_set(PlanState* node, MemoryContext context, SetName* name);

/// A row set.
struct MadeSet {
  const RowBits* rows;
  bool is_exact;          // all its rows fulfil the conditions of the bitmap that it was made by
  SetMemories* memories;  // if the set is kept from an earlier statement; otherwise null
};

/// Finds the set of that name; false unless it is kept and its indexes have not changed. It stays
/// at least until `holder` is reset.
bool find_kept(const SetName& name, MemoryContext holder, MadeSet* set);

/// Keeps a copy of a set that was read from `pages` after it was named, if it has enough rows or
/// was read from enough pages, and there is room within a part of vecext.cache_size. is_exact: its
/// rows fulfil the conditions.
void keep_set(const SetName& name, const RowBits& rows, bool is_exact, const PagesRead& pages);

}  // namespace vecext::pg
