// Pins pages in the buffers where they were seen before, also on behalf of heapam, and prefetches
// parts of them.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/heapam.h"
#include "storage/buf.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Pins a page of the relation's main fork if it is in the buffer `guess` and used often.
/// Otherwise, or if `guess` is not the number of a buffer, as 0 is not, returns InvalidBuffer.
/// Saves the lookup in the server's hash table.
Buffer pin_seen(Relation relation, BlockNumber block, Buffer guess);

/// Pins a page of the relation's main fork, in the buffer `guess` if pin_seen() can, otherwise by
/// ReadBuffer().
Buffer read_buffer(Relation relation, BlockNumber block, Buffer guess);

/// True if heapam's `fetch` has that page pinned.
bool holds_page(const IndexFetchHeapData* fetch, BlockNumber block);

/// Gives the page, which is pinned in that buffer, to `fetch`, in place of the page that `fetch`
/// has.
void hold_page(IndexFetchHeapData* fetch, BlockNumber block, Buffer buffer);

/// Prefetches `size` bytes at `address` if that is within shared buffers. It reads nothing, so the
/// bytes need not be valid.
inline void prefetch_buffers(const char* address, Size size) {
  constexpr Size kCacheLine = 64;
  if (address < BufferBlocks || address >= BufferBlocks + static_cast<Size>(NBuffers) * BLCKSZ) {
    return;
  }
  asm volatile("");  // g++ takes a function that only prefetches for one that has no effect
  for (Size offset = 0; offset < size; offset += kCacheLine) {
    __builtin_prefetch(address + offset);
  }
}

}  // namespace vecext::pg
