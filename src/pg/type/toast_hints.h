// Remembers where the out-of-line values of a TOAST relation were last found. It is for readers of
// single values in no particular order: sessions that search an index read the same rows again and
// again, and the most expensive part of reading a value is the descent of the TOAST index.
//
// A place is only a hint: the reader compares the value id that it finds there with the one that it
// looks for. Sessions write the shared memory without a lock, so a place may even be a mixture of
// two places.
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
  /// The greatest number of places that a session has for itself alone. So many take 256 kB.
  static constexpr uint32 kMostOwn = 1U << 14;

  /// Returns how many bytes `places` places take. A place that is all zeros has no value.
  static constexpr Size bytes(uint32 places) { return places * (sizeof(Place) + sizeof(Buffer)); }

  /// Returns how many places a relation of `blocks` blocks should have. It is a power of two.
  static uint32 places_for(BlockNumber blocks);

  /// Uses the memory at `places`, which has `count` places, from now on. `count` must be a power of
  /// two.
  void use(void* places, uint32 count) {
    places_ = static_cast<Place*>(places);
    buffers_ = reinterpret_cast<Buffer*>(places_ + count);
    mask_ = count - 1;
  }

  /// Sets `*place` to the place where a value's first chunk was last found, and prefetches the
  /// chunk. Returns false if no place is known.
  bool find(Oid value, ItemPointer place) const;

  /// Prefetches the beginning of a value's first chunk, if its place is known.
  void prefetch(Oid value) const;

  /// Remembers where a value's first chunk is. This may overwrite what is known about another
  /// value.
  void keep(Oid value, const HeapTupleData& chunk);

  /// Pins a block of the relation. If the block is still in the buffer in which it was last seen,
  /// that takes no lookup.
  Buffer read_block(Relation relation, BlockNumber block);

 private:
  /// Where the first chunk of a value is.
  struct Place {
    Oid value;
    BlockNumber block;
    uint32 offset_and_at;  // the OffsetNumber and, in the upper 16 bits, the chunk's offset within
                           // its page
  };

  /// Returns the place that a value would have. It may be the place of another value.
  Place place_of(Oid value) const;

  /// Prefetches the first `bytes` bytes of the chunk at a place.
  void prefetch_chunk(const Place& place, Size bytes) const;

  Place* places_;  // null before use()
  Buffer* buffers_;
  uint32 mask_;
};

}  // namespace vecext::pg
