#include "pg/type/toast_hints.h"

#include <bit>

#include "pg/sys/buffer.h"

extern "C" {
#include "access/heaptoast.h"
#include "storage/bufmgr.h"
}

namespace vecext::pg {

namespace {

constexpr uint32 kBitsOfOffset = 16;

/// Load or store a number that other sessions may write at the same time.
template <class Number>
Number load(const Number* number) {
  return __atomic_load_n(number, __ATOMIC_RELAXED);
}
template <class Number>
void store(Number* number, Number value) {
  __atomic_store_n(number, value, __ATOMIC_RELAXED);
}

}  // namespace

uint32 ToastHints::places_for(BlockNumber blocks) {
  constexpr BlockNumber kOfBlock = 4;  // values that are expected per block
  constexpr BlockNumber kFewest = 1U << 10;
  constexpr BlockNumber kMost = 1U << 20;  // takes 16 MB
  return std::bit_ceil(Min(Max(blocks, kFewest / kOfBlock), kMost / kOfBlock) * kOfBlock);
}

ToastHints::Place ToastHints::place_of(Oid value) const {
  // Values mostly get consecutive ids, so the values of a relation mostly have different places.
  const Place* place = &places_[value & mask_];
  return {load(&place->value), load(&place->block), load(&place->offset_and_at)};
}

void ToastHints::prefetch_chunk(const Place& place, Size bytes) const {
  const Buffer buffer = load(&buffers_[place.block & mask_]);
  const uint32 at = place.offset_and_at >> kBitsOfOffset;
  if (buffer > 0) {
    prefetch_buffers(BufferBlocks + static_cast<Size>(buffer - 1) * BLCKSZ + at, bytes);
  }
}

void ToastHints::prefetch(Oid value) const {
  // Callers prefetch the chunks of several values together, so that the processor translates their
  // addresses at the same time.
  constexpr Size kBeginning = 256;
  if (places_ != nullptr) {
    prefetch_chunk(place_of(value), kBeginning);
  }
}

bool ToastHints::find(Oid value, ItemPointer place) const {
  if (places_ == nullptr) {
    return false;
  }
  const Place known = place_of(value);
  const auto offset = static_cast<OffsetNumber>(known.offset_and_at);
  if (known.value != value || offset == InvalidOffsetNumber) {
    return false;
  }
  prefetch_chunk(known, TOAST_MAX_CHUNK_SIZE);
  ItemPointerSet(place, known.block, offset);
  return true;
}

void ToastHints::keep(Oid value, const HeapTupleData& chunk) {
  if (places_ == nullptr) {
    return;
  }
  const Size at = (reinterpret_cast<char*>(chunk.t_data) - BufferBlocks) % BLCKSZ;
  Place* place = &places_[value & mask_];
  store(&place->value, value);
  store(&place->block, ItemPointerGetBlockNumberNoCheck(&chunk.t_self));
  store(&place->offset_and_at, static_cast<uint32>(at) << kBitsOfOffset |
                                   ItemPointerGetOffsetNumberNoCheck(&chunk.t_self));
}

Buffer ToastHints::read_block(Relation relation, BlockNumber block) {
  if (places_ == nullptr) {
    return ReadBuffer(relation, block);
  }
  Buffer* known = &buffers_[block & mask_];
  const Buffer guess = load(known);
  const Buffer buffer = read_buffer(relation, block, guess);
  if (buffer != guess) {
    store(known, buffer);
  }
  return buffer;
}

}  // namespace vecext::pg
