// Remembers where out-of-line values of a TOAST relation were last found, for readers of single
// values in no particular order. Sessions that search an index read the same rows again and again,
// and the descent of the TOAST index is the most expensive part of reading a value.
//
// A place is a hint: the reader compares the id of the value that it finds there. Sessions share
// the memory and write it without a lock, so a place may even be a mixture of two.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/htup.h"
#include "storage/buf.h"
#include "storage/itemptr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

class ToastHints {
 public:
  /// The most places that a session has for itself alone. They take 256 kB.
  static constexpr uint32 kMostOwn = 1U << 14;

  /// Returns how many bytes `places` places take. A place that is zero has no value.
  static constexpr Size bytes(uint32 places) { return places * (sizeof(Place) + sizeof(Buffer)); }

  /// Returns how many places a relation of `blocks` blocks should have: a power of two.
  static uint32 places_for(BlockNumber blocks);

  /// Uses these `count` places, a power of two, from now on.
  void use(void* places, uint32 count) {
    places_ = static_cast<Place*>(places);
    buffers_ = reinterpret_cast<Buffer*>(places_ + count);
    mask_ = count - 1;
  }

  /// Sets *place to the place of a value's first chunk, and prefetches the chunk. Returns false if
  /// the place is not known.
  bool find(Oid value, ItemPointer place) const;

  /// Prefetches the beginning of a value's first chunk, if its place is known.
  void prefetch(Oid value) const;

  /// Remembers the place of a value's first chunk. It may replace the place of another value.
  void keep(Oid value, const HeapTupleData& chunk);

  /// Pins a block of the relation. That takes no lookup if the block is still in its last known
  /// buffer.
  Buffer read_block(Relation relation, BlockNumber block);

 private:
  /// Where the first chunk of a value is.
  struct Place {
    Oid value;
    BlockNumber block;
    uint32 offset_and_at;  // the OffsetNumber, and in 16 more bits the chunk's offset in its page
  };

  /// Returns the place that may be the value's.
  Place place_of(Oid value) const;

  /// Prefetches bytes of the chunk.
  void prefetch_chunk(const Place& place, Size bytes) const;

  Place* places_;  // null before use()
  Buffer* buffers_;
  uint32 mask_;
};

}  // namespace vecext::pg
