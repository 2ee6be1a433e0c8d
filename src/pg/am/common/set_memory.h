// The memory of a set that a session keeps (pg/rowset): it has what the searches of each index have
// made of the set.
#pragma once

#include "core/filter/row_filter.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// What the searches of one index have made of a set.
struct IndexSetMemory {
  SetMemory of_searches;
  MemoryContext context;  // has the memory of the arena
  Oid index;
  FileLocator file;
  uint64 changes;  // the count in the index's meta page
  IndexSetMemory* next;
};

/// What the searches of all indexes have made of a set.
struct SetMemories {
  MemoryContext context;
  Size most_bytes;  // how much the memory of one index may take
  IndexSetMemory* first;
};

/// Returns the memory for searches of an index with that count of `changes`, or null if the set is
/// not kept. Drops what searches have kept there before the index changed, and what an interrupted
/// search has left unfinished.
SetMemory* memory_of(SetMemories* of_set, Relation index, uint64 changes);

/// Drops what searches have kept. From now on they keep it in less memory.
void drop_kept(SetMemories* of_set);

/// True if, as far as is known, searches of the index keep something of the set.
bool keeps(const SetMemories* of_set, Relation index);

}  // namespace vecext::pg
