// Prefetching the rows that a sequential scan comes to next.
//
// A scan of a table in memory waits for each row's vector: rows lie in the pages in falling address
// order and pages are too short for the processor's own prefetchers. But the pages of a relation
// mostly lie in shared buffers one behind the other, so while a row is looked at, the row at the
// same place of the next buffer can be on its way: measured on 339,479 rows of 100 dims, 79 -> 50
// ms a scan. Where the next buffer holds something else, the prefetch is for nothing and costs
// nothing measurable.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "storage/bufmgr.h"
}

namespace vecext::pg {

/// Fetches `size` bytes that lie one page behind `address`, if that is within shared buffers. Never
/// reads, so nothing there needs to be valid.
inline void prefetch_next_page(const void* address, Size size) {
  constexpr Size kCacheLine = 64;
  const char* next = static_cast<const char*>(address) + BLCKSZ;
  if (next < BufferBlocks || next >= BufferBlocks + static_cast<Size>(NBuffers) * BLCKSZ) {
    return;
  }
  asm volatile("");  // g++ takes a function that only prefetches for one without effect
  for (Size offset = 0; offset < size; offset += kCacheLine) {
    __builtin_prefetch(next + offset);
  }
}

/// The same for a row's value and the tuple header before it.
inline void prefetch_next_row(const void* value) {
  constexpr Size kHeader = 32;
  prefetch_next_page(static_cast<const char*>(value) - kHeader, kHeader + VARSIZE_ANY(value));
}

}  // namespace vecext::pg
