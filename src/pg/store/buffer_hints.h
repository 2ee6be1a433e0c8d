// Where a relation's pages were last seen in shared buffers: an array from page to buffer. The
// server checks each such hint. A hint saves the lookup in the server's hash table, which is the
// most expensive part of reading a page, and makes it possible to prefetch a page before it is
// read. Sessions may share the array; pages may share a place.
#pragma once

#include "core/base/ids.h"
#include "pg/sys/pg.h"

extern "C" {
#include "storage/buf.h"
#include "storage/off.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

class BufferHints {
 public:
  /// Most places that a session has for itself alone, in 256 kB.
  static constexpr uint32 kMostOwn = 1U << 16;

  /// Bytes of so many places; zeros are places without a hint.
  static constexpr Size bytes(uint32 places) { return places * sizeof(Buffer); }

  /// The places for a relation of `pages` pages: a power of two.
  static uint32 places_for(BlockNumber pages);

  /// Uses the places from now on, a power of two, in place of those before.
  void use(void* places, uint32 count) {
    buffers_ = static_cast<Buffer*>(places);
    mask_ = count - 1;
  }

  /// The buffer that had the page, or InvalidBuffer.
  Buffer of(PageId page) const {
    return buffers_ == nullptr ? InvalidBuffer
                               : __atomic_load_n(&buffers_[page & mask_], __ATOMIC_RELAXED);
  }
  void remember(PageId page, Buffer buffer) {
    if (buffers_ != nullptr && of(page) != buffer) {
      __atomic_store_n(&buffers_[page & mask_], buffer, __ATOMIC_RELAXED);
    }
  }

  /// Prefetches bytes of the page and the buffer's descriptor into the processor's cache, if the
  /// buffer is known. Nothing is read, so a wrong hint does no harm.
  void prefetch(PageId page, Size from, Size bytes) const;

  /// The same into the second-level cache.
  void prefetch_far(PageId page, Size from, Size bytes) const;

  /// Prefetch the line pointer of a row, and later its tuple. prefetch_row() reads the line
  /// pointer.
  void prefetch_line(PageId page, OffsetNumber line) const;
  void prefetch_row(PageId page, OffsetNumber line, Size most_bytes = BLCKSZ) const;

  /// Where a tuple was last seen; null if not known. The buffer is not pinned and may have another
  /// page by now, so the bytes there are only a hint.
  struct Bytes {
    const char* start;
    Size count;
  };
  Bytes row(PageId page, OffsetNumber line) const;

 private:
  /// The page's bytes, or null.
  const char* bytes_of(PageId page) const;

  Buffer* buffers_;  // null before use()
  uint32 mask_;
};

}  // namespace vecext::pg
