// The memory that all sessions of the server share, and the table of what lies in it. The first
// session that needs the memory makes it, so no setting that is read at the start of the server is
// needed. Each build of the library has an area of its own.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "lib/dshash.h"
#include "port/atomics.h"
#include "utils/dsa.h"
}

namespace vecext::pg {

/// Counts that lie in the area itself.
struct SharedCounts {
  pg_atomic_uint64 bytes;  // bytes of all blocks
};

/// The area, by pointers of this session.
struct SharedArea {
  dsa_area* memory;
  dshash_table* blocks;  // its entries are BlockEntry (shared_blocks.cpp)
  SharedCounts* counts;
  int tranche;  // the tranche of all locks in the area
};

/// Returns the area. The first call attaches to it. If there is no area, makes one if `makes` is
/// true, and returns null otherwise. It may raise an error, since the server may have no memory, or
/// no room for a further segment. It must not be called in a process that has no shared memory.
SharedArea* shared_area(bool makes);

}  // namespace vecext::pg
