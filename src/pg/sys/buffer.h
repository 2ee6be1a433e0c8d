// Pins pages in the buffers where they were seen before, also for heapam.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/heapam.h"
#include "storage/buf.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Pins a page of the relation's main fork if it is in the buffer `guess` (any number; 0: none) and
/// used often; otherwise returns InvalidBuffer. Saves the lookup in the server's hash table.
Buffer pin_seen(Relation relation, BlockNumber block, Buffer guess);

/// Pins a page of the relation's main fork, in the buffer `guess` if pin_seen() can, otherwise by
/// ReadBuffer().
Buffer read_buffer(Relation relation, BlockNumber block, Buffer guess);

/// True if heapam's `fetch` has that page pinned.
bool holds_page(const IndexFetchHeapData* fetch, BlockNumber block);

/// Gives the page, which is pinned in that buffer, to `fetch`, in place of the one it has.
void hold_page(IndexFetchHeapData* fetch, BlockNumber block, Buffer buffer);

}  // namespace vecext::pg
