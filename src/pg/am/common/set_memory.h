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
  uint64 changes;  // the count of changes in the index's meta page when this was made
  IndexSetMemory* next;
};

/// What the searches of all indexes have made of a set.
struct SetMemories {
  MemoryContext context;
  Size most_bytes;  // how much the memory of one index may take
  IndexSetMemory* first;
};

/// Returns the memory of a set for searches of `index`, whose meta page counts `changes`. Returns
/// null if `of_set` is null, which means that the session does not keep the set. Drops what
/// searches had kept in the memory before the index changed, and what an interrupted search has
/// left unfinished.
SetMemory* memory_of(SetMemories* of_set, Relation index, uint64 changes);

/// Drops what searches of all indexes have kept of the set. Later searches keep less of it.
void drop_kept(SetMemories* of_set);

/// True if, as far as is known, searches of the index keep something of the set. It is true if no
/// search has tried yet, and false if `of_set` is null.
bool keeps(const SetMemories* of_set, Relation index);

}  // namespace vecext::pg
