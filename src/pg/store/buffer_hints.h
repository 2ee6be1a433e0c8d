// Remembers where a relation's pages were last seen in shared buffers: an array that leads from a
// page to a buffer. The server checks each such hint. A hint saves the lookup in the server's hash
// table, which is the most expensive part of reading a page, and makes it possible to prefetch a
// page before it is read. Several sessions may share the array, and several pages may share a place
// in it.
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
  /// The most places that a session has for itself alone. They take 256 kB.
  static constexpr uint32 kMostOwn = 1U << 16;

  /// Returns how many bytes `places` places take. A place that is zero has no hint.
  static constexpr Size bytes(uint32 places) { return places * sizeof(Buffer); }

  /// Returns how many places a relation of `pages` pages should have: a power of two.
  static uint32 places_for(BlockNumber pages);

  /// Uses these `count` places, a power of two, from now on.
  void use(void* places, uint32 count) {
    buffers_ = static_cast<Buffer*>(places);
    mask_ = count - 1;
  }

  /// Returns the buffer that had the page, or InvalidBuffer.
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

  /// Does the same into the second-level cache.
  void prefetch_far(PageId page, Size from, Size bytes) const;

  /// prefetch_line() prefetches the line pointer of a row; prefetch_row(), called later, reads it
  /// and prefetches the row's tuple.
  void prefetch_line(PageId page, OffsetNumber line) const;
  void prefetch_row(PageId page, OffsetNumber line, Size most_bytes = BLCKSZ) const;

  /// Where a tuple was last seen; `start` is null if that is not known. The buffer is not pinned
  /// and may have another page by now, so the bytes there are only a hint.
  struct Bytes {
    const char* start;
    Size count;
  };
  Bytes row(PageId page, OffsetNumber line) const;

 private:
  /// Returns the page's bytes, or null if its buffer is not known.
  const char* bytes_of(PageId page) const;

  Buffer* buffers_;  // null before use()
  uint32 mask_;
};

}  // namespace vecext::pg
