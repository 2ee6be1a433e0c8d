// Where out-of-line values of a TOAST relation were last found, for readers of single values in no
// order. Sessions that search an index read the same rows again and again, and the descent of the
// TOAST index is the most expensive part of reading a value.
//
// A place is a hint: who reads the value compares its id. Sessions share the memory and write it
// without a lock, so that a place may even be made of two.
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
  /// Most places that a session has for itself alone, in 256 kB.
  static constexpr uint32 kMostOwn = 1U << 14;

  /// Bytes of so many places; zeros are places without a value.
  static constexpr Size bytes(uint32 places) { return places * (sizeof(Place) + sizeof(Buffer)); }

  /// The places for a relation of `blocks` blocks: a power of two.
  static uint32 places_for(BlockNumber blocks);

  /// Uses the places from now on, a power of two, in place of those before.
  void use(void* places, uint32 count) {
    places_ = static_cast<Place*>(places);
    buffers_ = reinterpret_cast<Buffer*>(places_ + count);
    mask_ = count - 1;
  }

  /// Sets *place to the place of a value's first chunk, and prefetches the chunk; false if it is
  /// not known.
  bool find(Oid value, ItemPointer place) const;

  /// Prefetches the beginning of a value's first chunk, if its place is known.
  void prefetch(Oid value) const;

  /// Remembers the place of a value's first chunk. It may replace the place of another value.
  void keep(Oid value, const HeapTupleData& chunk);

  /// Pins a block of the relation, without a lookup if it is still in the buffer where it was last.
  Buffer read_block(Relation relation, BlockNumber block);

 private:
  /// The first chunk of a value.
  struct Place {
    Oid value;
    BlockNumber block;
    uint32 offset_and_at;  // its OffsetNumber, and 16 bits: where its page has it
  };

  /// The place that a value may have.
  Place place_of(Oid value) const;

  /// Prefetches bytes of the chunk.
  void prefetch_chunk(const Place& place, Size bytes) const;

  Place* places_;  // null before use()
  Buffer* buffers_;
  uint32 mask_;
};

}  // namespace vecext::pg
