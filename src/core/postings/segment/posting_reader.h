// Reads a posting list from its start to its end, for merging and checking.
#pragma once

#include "core/kernel/kernel.h"
#include "core/postings/segment/postings_model.h"
#include "core/postings/segment/term_entry.h"

namespace vecext::postings {

/// Decoded postings, at most one block of them.
struct Postings {
  std::uint32_t count = 0;
  alignas(64) DocumentId documents[kBlockPostings];
  alignas(64) std::uint32_t extra[kBlockPostings];
};

/// Decodes a block of `count` postings on a page of blocks. Returns kCorrupt if the block ends
/// beyond the page or has a document number that is not below `documents`.
Status decode_block(const std::byte* page, const BlockHead& head, std::uint32_t count,
                    std::uint32_t documents, Postings* postings);

/// Decodes the postings of a term that has a short list. `page` is the page that has the list, or
/// null if the term's df is 1, since the term's entry then has the posting. Returns kCorrupt as
/// decode_block() does.
Status decode_short_list(const std::byte* page, const TermEntry& entry, std::uint32_t documents,
                         Postings* postings);

/// Returns how many postings are in block `i` of a term.
inline std::uint32_t block_count(const TermEntry& entry, std::uint64_t i) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(kBlockPostings, entry.df - i * kBlockPostings));
}

/// Reads all postings of a term that has a short list.
template <PageStore S>
Status read_short_list(S& store, const Segment& segment, const TermEntry& entry,
                       Postings* postings) {
  if (entry.df == 1) {
    return decode_short_list(nullptr, entry, segment.entry.documents, postings);
  }
  if (entry.place / kPayloadSize > UINT32_MAX) {
    return corrupt();
  }
  return read_part(store, segment, kShortPages,
                   static_cast<std::uint32_t>(entry.place / kPayloadSize),
                   [&](const std::byte* page) {
                     return decode_short_list(page, entry, segment.entry.documents, postings);
                   });
}

/// Reads the heads of `count` blocks. `first` is the number of the first of them among all heads of
/// the segment.
template <PageStore S>
Status read_heads(S& store, const Segment& segment, std::uint64_t first, std::uint64_t count,
                  BlockHead* heads) {
  while (count > 0) {
    const std::uint64_t at = first % kPageHeads;
    const std::uint64_t part = std::min<std::uint64_t>(count, kPageHeads - at);
    if (first / kPageHeads > UINT32_MAX) {
      return corrupt();
    }
    const Status status =
        read_part(store, segment, kHeadPages, static_cast<std::uint32_t>(first / kPageHeads),
                  [&](const std::byte* page) -> Status {
                    if (at + part > page_head(page)->rows) {
                      return corrupt();
                    }
                    __builtin_memcpy(heads, block_heads(page) + at, part * sizeof(BlockHead));
                    return {};
                  });
    if (!status.ok()) {
      return status;
    }
    heads += part;
    first += part;
    count -= part;
  }
  return {};
}

/// Reads the head and the postings of block `i` of a term that has blocks.
template <PageStore S>
Status read_block(S& store, const Segment& segment, const TermEntry& entry, std::uint64_t i,
                  BlockHead* head, Postings* postings) {
  VECEXT_TRY(read_heads(store, segment, entry.place + i, 1, head));
  return read_part(store, segment, kBlockPages, head->page, [&](const std::byte* page) {
    return decode_block(page, *head, block_count(entry, i), segment.entry.documents, postings);
  });
}

}  // namespace vecext::postings
