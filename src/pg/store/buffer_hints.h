// Where a relation's pages were last seen in shared buffers: an array from page to buffer. The
// server checks each such hint. A hint saves the lookup in the server's hash table, which is the
// most expensive part of reading a page, and makes it possible to prefetch a page before it is
// read.
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
  /// Makes room for `pages` pages, in `context`. Pages beyond kMostPages are not remembered.
  void reserve(BlockNumber pages, MemoryContext context);

  /// The buffer that had the page, or InvalidBuffer.
  Buffer of(PageId page) const { return page < size_ ? buffers_[page] : InvalidBuffer; }
  void remember(PageId page, Buffer buffer) {
    if (page < size_) {
      buffers_[page] = buffer;
    }
  }

  /// Prefetches bytes of the page and the buffer's descriptor into the processor's cache, if the
  /// buffer is known. Nothing is read, so a wrong hint does no harm.
  void prefetch(PageId page, Size from, Size bytes) const;

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

  static constexpr BlockNumber kMostPages = 1u << 20;  // 4 MB of numbers for 8 GB of pages

  Buffer* buffers_;
  BlockNumber size_;
};

}  // namespace vecext::pg
