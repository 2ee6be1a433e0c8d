// Where a relation's pages were last seen in shared buffers: an array from page to buffer. A guess
// from it is checked by the server and saves the look-up in its hash table, which is the dearest
// part of reading a page; it also makes it possible to prefetch a page before it is read.
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
  /// Room for `pages` pages, kept in `context`. Pages beyond kMostPages are not remembered.
  void reserve(BlockNumber pages, MemoryContext context);

  /// The buffer that held the page, or InvalidBuffer.
  Buffer of(PageId page) const { return page < size_ ? buffers_[page] : InvalidBuffer; }
  void remember(PageId page, Buffer buffer) {
    if (page < size_) {
      buffers_[page] = buffer;
    }
  }

  /// Brings bytes of the page, and what the server keeps of its buffer, into the processor's cache,
  /// if it is known where they are. Nothing is read, so a wrong guess does no harm.
  void prefetch(PageId page, Size from, Size bytes) const;

  /// The same for a row of a table: first what says where on its page it is, later the row itself.
  void prefetch_line(PageId page, OffsetNumber line) const;
  void prefetch_row(PageId page, OffsetNumber line) const;

  /// Where a row of a table is thought to be; null: not known. The page is not pinned and may be
  /// any: whatever is read there is only a hint.
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
