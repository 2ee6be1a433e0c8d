// Remembers in which shared buffers the pages of a relation were last seen: an array of buffers,
// with a place for each page. Several pages may share a place, and several sessions may share the
// array. A buffer found there is only a hint, which the server checks. A hint saves the lookup in
// the server's hash table, the most expensive part of reading a page, and makes it possible to
// prefetch a page before it is read.
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
  /// The greatest number of places that a session has for itself alone. So many take 256 kB.
  static constexpr uint32 kMostOwn = 1U << 16;

  /// Returns how many bytes `places` places take. A place that is zero has no hint.
  static constexpr Size bytes(uint32 places) { return places * sizeof(Buffer); }

  /// Returns how many places a relation of `pages` pages should have. It is a power of two.
  static uint32 places_for(BlockNumber pages);

  /// Uses the memory at `places`, which has `count` places, from now on. `count` must be a power of
  /// two.
  void use(void* places, uint32 count) {
    buffers_ = static_cast<Buffer*>(places);
    mask_ = count - 1;
  }

  /// Returns the buffer in which the page was last seen, or InvalidBuffer if none is known.
  Buffer of(PageId page) const {
    return buffers_ == nullptr ? InvalidBuffer
                               : __atomic_load_n(&buffers_[page & mask_], __ATOMIC_RELAXED);
  }
  void remember(PageId page, Buffer buffer) {
    if (buffers_ != nullptr && of(page) != buffer) {
      __atomic_store_n(&buffers_[page & mask_], buffer, __ATOMIC_RELAXED);
    }
  }

  /// Prefetches `bytes` bytes of the page, from byte `from` on, and the descriptor of its buffer
  /// into the processor's cache, if the buffer is known. Nothing is read, so a wrong hint does no
  /// harm.
  void prefetch(PageId page, Size from, Size bytes) const;

  /// Does the same, but into the second-level cache.
  void prefetch_far(PageId page, Size from, Size bytes) const;

  /// Prefetch a row of a page in two steps. prefetch_line() prefetches the row's line pointer.
  /// prefetch_row(), called later, reads the line pointer and prefetches the row's tuple, at most
  /// `most_bytes` bytes.
  void prefetch_line(PageId page, OffsetNumber line) const;
  void prefetch_row(PageId page, OffsetNumber line, Size most_bytes = BLCKSZ) const;

  /// Where a tuple was last seen, or a null `start` if that is not known. The buffer is not pinned
  /// and may have another page by now, so what lies there is only a hint.
  struct Bytes {
    const char* start;
    Size count;
  };
  Bytes row(PageId page, OffsetNumber line) const;

 private:
  /// Returns where the page's bytes were last seen, or null if its buffer is not known.
  const char* bytes_of(PageId page) const;

  Buffer* buffers_;  // null before use()
  uint32 mask_;
};

}  // namespace vecext::pg
