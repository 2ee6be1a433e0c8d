#include "pg/type/toast_block_cache.h"

#include "pg/sys/buffer.h"
#include "pg/sys/memory.h"
#include "pg/type/prefetch.h"

extern "C" {
#include "access/heaptoast.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Tables that are indexed by the lowest bits of a value's id or a block's number. Values mostly
/// get their ids in order, so those of one relation do not collide. At most 4 MB.
constexpr uint32 kFewest = 1 << 10;
constexpr uint32 kMost = 1 << 18;

struct Place {
  Oid value;
  BlockNumber block;
  OffsetNumber offset;
  uint16 at;  // of the chunk in its page
};

struct Places {
  uint32 size;  // a power of two; 0: none yet
  Place* values;
  Buffer* blocks;
};
Places places{};

constexpr Size kPlaceBytes = sizeof(Place) + sizeof(Buffer);

/// Makes room for the values of `blocks` blocks, within a small part of vecext.cache_size.
void reserve(BlockNumber blocks) {
  constexpr BlockNumber kOfBlock = 4;
  constexpr Size kPart = 8;
  const Size allowed = static_cast<Size>(cache_size) * 1024 / kPart / kPlaceBytes;
  const uint32 most = pg_prevpower2_32(static_cast<uint32>(Min(allowed, kMost)));
  if (places.size >= most || (places.size > 0 && blocks <= places.size / kOfBlock)) {
    return;
  }
  const uint32 wanted = Min(Max(blocks, kFewest / kOfBlock), most / kOfBlock) * kOfBlock;
  Places larger{.size = pg_nextpower2_32(wanted), .values = nullptr, .blocks = nullptr};
  const auto size = static_cast<Size>(larger.size);
  larger.values =
      static_cast<Place*>(MemoryContextAllocZero(TopMemoryContext, size * sizeof(Place)));
  larger.blocks =
      static_cast<Buffer*>(MemoryContextAllocZero(TopMemoryContext, size * sizeof(Buffer)));
  if (places.size > 0) {
    pfree(places.values);
    pfree(places.blocks);
  }
  places = larger;
}

const Place& place_of(Oid value) {
  return places.values[value & (places.size - 1)];
}

void prefetch_chunk(const Place& place, Size bytes) {
  const Buffer buffer = places.blocks[place.block & (places.size - 1)];
  if (buffer > 0) {
    prefetch_buffers(BufferBlocks + static_cast<Size>(buffer - 1) * BLCKSZ + place.at, bytes);
  }
}

}  // namespace

Size toast_place_bytes() {
  return static_cast<Size>(places.size) * kPlaceBytes;
}

void prefetch_toast(Oid value) {
  // Several chunks are prefetched together, so that their address translations overlap.
  constexpr Size kBeginning = 256;
  if (places.size > 0) {
    prefetch_chunk(place_of(value), kBeginning);
  }
}

bool find_toast_place(Oid value, ItemPointer place) {
  if (places.size == 0) {
    return false;
  }
  const Place& known = place_of(value);
  prefetch_chunk(known, TOAST_MAX_CHUNK_SIZE);
  ItemPointerSet(place, known.block, known.offset);
  return known.value == value;
}

void keep_toast_place(Oid value, const HeapTupleData& chunk, BlockNumber blocks) {
  const ItemPointerData& place = chunk.t_self;
  reserve(blocks);
  places.values[value & (places.size - 1)] = {
      value, ItemPointerGetBlockNumberNoCheck(&place), ItemPointerGetOffsetNumberNoCheck(&place),
      static_cast<uint16>((reinterpret_cast<char*>(chunk.t_data) - BufferBlocks) % BLCKSZ)};
}

Buffer read_toast_block(Relation relation, BlockNumber block) {
  if (places.size == 0) {
    return ReadBuffer(relation, block);
  }
  Buffer* known = &places.blocks[block & (places.size - 1)];
  *known = read_buffer(relation, block, *known);
  return *known;
}

}  // namespace vecext::pg
