// Pins pages in the buffers in which they were seen before, also in place of heapam, and prefetches
// parts of pages.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/heapam.h"
#include "storage/buf.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Pins a page of the relation's main fork if it is still in buffer `guess` and is used often. This
/// saves the lookup in the server's hash table. Otherwise returns InvalidBuffer, and also if
/// `guess` is not the number of a buffer, which 0 is not.
Buffer pin_seen(Relation relation, BlockNumber block, Buffer guess);

/// Pins a page of the relation's main fork: by pin_seen() if that finds it in buffer `guess`, and
/// otherwise by ReadBuffer().
Buffer read_buffer(Relation relation, BlockNumber block, Buffer guess);

/// True if heapam's `fetch` has pinned that page.
bool holds_page(const IndexFetchHeapData* fetch, BlockNumber block);

/// Makes `fetch` hold a page, which is pinned in `buffer`, in place of the page that it holds.
void hold_page(IndexFetchHeapData* fetch, BlockNumber block, Buffer buffer);

/// Prefetches `size` bytes at `address` if they are within shared buffers. Nothing is read, so the
/// buffer may have another page by now.
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
