// A stream: a sequence of bytes in a chain of pages of kind kStream. Each page but the last one is
// full.
//
//   payload  0
//            | bytes … 8120 |
#pragma once

#include "core/page/bulk.h"

namespace vecext {

/// Returns how many pages a stream of `bytes` bytes has.
inline std::size_t stream_pages(std::size_t bytes) {
  return (bytes + kPayloadSize - 1) / kPayloadSize;
}

/// Reads `bytes` bytes of the stream that starts at `page` to `out`. Puts the numbers of the
/// stream's pages into `pages`.
template <PageStore S>
Status read_stream(S& store, PageId page, std::size_t bytes, std::byte* out, PageId* pages) {
  while (bytes > 0) {
    const std::size_t part = bytes < kPayloadSize ? bytes : kPayloadSize;
    *pages++ = page;
    VECEXT_TRY(store.read(page, [&page, part, out](const std::byte* from) {
      const Status sound = check_page(from, PageKind::kStream);
      if (sound.ok()) {
        __builtin_memcpy(out, from + kPayloadOffset, part);
        page = page_head(from)->next;
      }
      return sound;
    }));
    out += part;
    bytes -= part;
    store.poll();
  }
  return {};
}

/// Writes `bytes` bytes as a stream in chain number `chain`, and sets *first to its first page.
template <BulkStore B>
Status write_stream(B& bulk, const std::byte* data, std::size_t bytes, std::uint32_t chain,
                    PageId* first) {
  PageId last = kNoPage;
  *first = kNoPage;
  while (bytes > 0) {
    const std::size_t part = bytes < kPayloadSize ? bytes : kPayloadSize;
    std::byte* page;
    VECEXT_TRY(add_to_chain(bulk, PageKind::kStream, 0, chain, &last, &page));
    __builtin_memcpy(page + kPayloadOffset, data, part);
    *first = *first == kNoPage ? last : *first;
    data += part;
    bytes -= part;
  }
  return {};
}

}  // namespace vecext
