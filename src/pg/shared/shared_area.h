// The memory that all sessions of the server share, and the table of what lies there. The first
// session that needs it makes it, so that no setting of the server's start is needed. Builds of the
// library have areas of their own.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "lib/dshash.h"
#include "port/atomics.h"
#include "utils/dsa.h"
}

namespace vecext::pg {

/// The counts of the area, which lie in it.
struct SharedCounts {
  pg_atomic_uint64 bytes;  // bytes of all blocks
};

/// The area as this session sees it.
struct SharedArea {
  dsa_area* memory;
  dshash_table* blocks;  // entries are BlockEntry (shared_blocks.cpp)
  SharedCounts* counts;
  int tranche;  // the tranche of all locks in the area
};

/// Returns the area, to which the first call attaches. If there is no area, the function makes one
/// if `makes` is true, and otherwise returns null. It may raise an error: the server may have no
/// memory, or no room for a further segment. It must not be called in a process without shared
/// memory.
SharedArea* shared_area(bool makes);

}  // namespace vecext::pg
