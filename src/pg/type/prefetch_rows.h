// Prefetches the rows that a sequential scan reads next.
//
// A scan of a table in memory waits for each row's vector: the rows of a page lie in descending
// address order, and a page is too short for the processor's own prefetchers. So while one row is
// computed, two others are prefetched: a row of the same page, a few rows further on, and the row
// at the same place of the next page, as the pages of a relation mostly lie in adjacent buffers. A
// useless prefetch has no measurable cost (docs/decisions/002-prefetch-rows-in-exact-search.md).
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "storage/bufmgr.h"
}

namespace vecext::pg {

/// Prefetches `size` bytes at `address` if that is within shared buffers. It reads nothing, so the
/// bytes need not be valid.
inline void prefetch_buffers(const char* address, Size size) {
  constexpr Size kCacheLine = 64;
  if (address < BufferBlocks || address >= BufferBlocks + static_cast<Size>(NBuffers) * BLCKSZ) {
    return;
  }
  asm volatile("");  // g++ takes a function that only prefetches for one without effect
  for (Size offset = 0; offset < size; offset += kCacheLine) {
    __builtin_prefetch(address + offset);
  }
}

/// Prefetches the headers and values of rows after the one that `value` is in, if they are as long
/// as this one.
inline void prefetch_next_rows(const void* value) {
  constexpr Size kHeader = 32;
  constexpr Size kRowsAhead = 4;
  const char* row = static_cast<const char*>(value) - kHeader;
  const Size size = kHeader + VARSIZE_ANY(value);
  prefetch_buffers(row + BLCKSZ, size);
  prefetch_buffers(row - kRowsAhead * size, size);
}

}  // namespace vecext::pg
