// Sets of rows that a session keeps from one statement to the next, for as long as the indexes that
// they were read from would give the same rows again (kept_sets.cpp says why they would).
#pragma once

#include "core/filter/row_bits.h"
#include "pg/rowset/pages_read.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/xlogdefs.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

/// To make a set of fewer rows takes about as long as to find one that is kept.
constexpr int64 kFewestKept = 100;

/// Where fewer rows are expected, no set is looked for. Estimates are often too low.
constexpr double kFewestExpected = 50;

/// What a set is known by: the indexes of a node that makes bitmaps, and their conditions.
struct SetName {
  StringInfoData bytes;
  uint32 hash;
  GrowingArray<Relation> indexes;
};

/// A set that is kept, or that is made to be kept.
struct KeptSet {
  RowBits rows;
  bool is_exact;    // its rows fulfil the conditions of its indexes
  PagesRead pages;  // that it was read from
  // Of kept_sets.cpp alone:
  MemoryContext context;  // of all of it
  StringInfoData name;
  uint32 hash;
  GrowingArray<Oid> indexes;
  XLogRecPtr unchanged_at;  // a position in the WAL at which the set was what the indexes have
  int holders;
  bool is_suspect;  // an index may have been dropped or rebuilt since
  dlist_node by_use;
};

/// Names the set of a node, and evaluates the parameters of its conditions. Memory comes from the
/// current context. False: sets of this node are not kept.
bool name_set(PlanState* node, SetName* name);

/// The set of that name, if it is kept and its indexes have not changed; otherwise null. It stays
/// at least until `holder` is reset.
const KeptSet* find_kept(const SetName& name, MemoryContext holder);

/// An empty set of that name, in memory of `holder`. The caller has not read the indexes yet.
KeptSet* begin_set(const SetName& name, MemoryContext holder);

/// Keeps a set once it is made, if it has enough rows, and room within a part of vecext.cache_size.
/// It stays at least until `holder` is reset.
void keep_set(KeptSet* set, MemoryContext holder);

}  // namespace vecext::pg
