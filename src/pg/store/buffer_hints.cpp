#include "pg/store/buffer_hints.h"

#include <bit>

#include "core/base/prefetch.h"
#include "pg/sys/version.h"

extern "C" {
#include "storage/buf_internals.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
}

namespace vecext::pg {

namespace {

Size line_offset(OffsetNumber line) {
  return SizeOfPageHeaderData + static_cast<Size>(line - 1) * sizeof(ItemIdData);
}

}  // namespace

uint32 BufferHints::places_for(BlockNumber pages) {
  constexpr BlockNumber kFewest = 1U << 10;
  constexpr BlockNumber kMost = 1U << 20;  // takes 4 MB, for 8 GB of pages
  return std::bit_ceil(Min(Max(pages + pages / 4, kFewest), kMost));
}

const char* BufferHints::bytes_of(PageId page) const {
  const Buffer buffer = of(page);
  if (buffer <= 0 || buffer > NBuffers) {
    return nullptr;
  }
  __builtin_prefetch(GetBufferDescriptor(buffer - 1));
  return BufferBlocks + static_cast<Size>(buffer - 1) * BLCKSZ;
}

void BufferHints::prefetch(PageId page, Size from, Size bytes) const {
  if (const char* start = bytes_of(page); start != nullptr) {
    prefetch_lines<CacheLevel::kFirst>(start + from, bytes);
  }
}

void BufferHints::prefetch_far(PageId page, Size from, Size bytes) const {
  if (const char* start = bytes_of(page); start != nullptr) {
    prefetch_lines<CacheLevel::kSecond>(start + from, bytes);
  }
}

void BufferHints::prefetch_line(PageId page, OffsetNumber line) const {
  if (const char* start = bytes_of(page); start != nullptr) {
    prefetch_lines<CacheLevel::kFirst>(start, 1);
    prefetch_lines<CacheLevel::kFirst>(start + line_offset(line), 1);
  }
}

BufferHints::Bytes BufferHints::row(PageId page, OffsetNumber line) const {
  const char* start = bytes_of(page);
  if (start == nullptr || line > MaxHeapTuplesPerPage) {
    return {nullptr, 0};
  }
  ItemIdData id;
  memcpy(&id, start + line_offset(line), sizeof id);
  const Size at = ItemIdGetOffset(&id) % BLCKSZ;
  return {start + at, Min(ItemIdGetLength(&id), BLCKSZ - at)};
}

void BufferHints::prefetch_row(PageId page, OffsetNumber line, Size most_bytes) const {
  const Bytes bytes = row(page, line);
  prefetch_lines<CacheLevel::kFirst>(bytes.start, Min(bytes.count, most_bytes));
}

}  // namespace vecext::pg
