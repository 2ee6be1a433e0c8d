// Prefetching the rows that a sequential scan comes to next.
//
// A scan of a table in memory waits for each row's vector: rows lie in a page in falling address
// order, and a page is too short for the processor's own prefetchers. So while a row is looked at,
// two others are on their way: one of the same page, a few rows on, and the one at the same place
// of the next page, as the pages of a relation mostly lie in shared buffers one behind the other.
// Measured on 339,479 rows of 100 dims, l2_distance: 79 ms a scan without, 50 ms with; where pages
// lie in random order, 160 ms without the first, 101 ms with it. A prefetch for nothing costs
// nothing measurable.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "storage/bufmgr.h"
}

namespace vecext::pg {

/// Fetches `size` bytes at `address`, if that is within shared buffers. Never reads, so nothing
/// there needs to be valid.
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

/// Fetches what comes after the row that `value` is in: header and value of later rows, if they are
/// as long as this one.
inline void prefetch_next_rows(const void* value) {
  constexpr Size kHeader = 32;
  constexpr Size kRowsAhead = 4;
  const char* row = static_cast<const char*>(value) - kHeader;
  const Size size = kHeader + VARSIZE_ANY(value);
  prefetch_buffers(row + BLCKSZ, size);
  prefetch_buffers(row - kRowsAhead * size, size);
}

}  // namespace vecext::pg
