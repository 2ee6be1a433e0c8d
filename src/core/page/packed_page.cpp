#include "core/page/packed_page.h"

#include <cstring>

namespace vecext {

namespace {

/// Returns where the records of a page begin, from the payload's start. The free part of the page
/// ends there.
std::size_t records_begin(const std::byte* page) {
  const std::size_t rows = page_head(page)->rows;
  if (rows == 0) {
    return kPayloadSize;
  }
  std::uint16_t offset;
  std::memcpy(&offset, page + kPayloadOffset + (rows - 1) * kOffsetBytes, sizeof offset);
  return offset;
}

void put(std::byte* page, const std::byte* record, std::size_t bytes, std::size_t at) {
  std::byte* payload = page + kPayloadOffset;
  const auto offset = static_cast<std::uint16_t>(at);
  std::memcpy(payload + page_head(page)->rows++ * kOffsetBytes, &offset, sizeof offset);
  std::memcpy(payload + at, record, bytes);
}

}  // namespace

std::int32_t most_records(const RecordForm& form) {
  const std::size_t smallest = form.element_bytes != 0 ? form.element_bytes : kSmallestElement;
  const std::size_t most = kPayloadSize / (form.bytes(smallest) + kOffsetBytes);
  return static_cast<std::int32_t>(most > 0 ? most : 1);
}

bool has_room(const std::byte* page, std::size_t bytes) {
  const std::size_t offsets = (page_head(page)->rows + std::size_t{1}) * kOffsetBytes;
  const std::size_t begin = records_begin(page);
  return begin <= kPayloadSize && offsets + bytes <= begin;
}

void put_record(std::byte* page, const std::byte* record, std::size_t bytes) {
  put(page, record, bytes, records_begin(page) - bytes);
}

void put_long_record(std::byte* page, const std::byte* record, std::size_t bytes, std::byte* rest,
                     PageId rest_id) {
  page_head(page)->rest = rest_id;
  put(page, record, kFirstPart, kPayloadSize - kFirstPart);
  init_page(rest, PageKind::kRest, 0, page_head(page)->chain);
  std::memcpy(rest + kPayloadOffset, record + kFirstPart, bytes - kFirstPart);
}

bool has_sound_records(const std::byte* page, const RecordForm& form) {
  for (std::int32_t i = 0; i < page_head(page)->rows; ++i) {
    Record record;
    if (!find_record(page, form, i, &record)) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext
