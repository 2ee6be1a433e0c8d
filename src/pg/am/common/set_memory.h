// The memory of a set that a session keeps (pg/rowset): what the searches of each index have made
// of the set.
#pragma once

#include "core/filter/row_filter.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// What searches of an index have made of a set.
struct IndexSetMemory {
  SetMemory of_searches;
  MemoryContext context;  // of the arena
  Oid index;
  FileLocator file;
  uint64 changes;  // of its meta page
  IndexSetMemory* next;
};

/// What searches of all indexes have made of a set.
struct SetMemories {
  MemoryContext context;
  Size most_bytes;  // that those of one index may take
  IndexSetMemory* first;
};

/// Returns the memory for searches of an index with those `changes`, or null if the set is not
/// kept. Drops what searches have kept there before the index changed, and what a search has left
/// unfinished.
SetMemory* memory_of(SetMemories* of_set, Relation index, uint64 changes);

/// Drops what searches have kept, which they keep in less memory from now on.
void drop_kept(SetMemories* of_set);

/// True if searches of the index keep something of the set, as far as is known.
bool keeps(const SetMemories* of_set, Relation index);

}  // namespace vecext::pg
