// Reads the postings of a term in a segment block by block: all of them, or only blocks whose
// ranges of documents are wanted.
#pragma once

#include "core/postings/segment/posting_reader.h"

namespace vecext::postings {

/// Memory to read posting lists with.
struct PostingBlocks {
  Postings postings;
  BlockHead heads[kPageHeads];
};

/// True if one of the bits [first, end) is set.
inline bool has_bit(const std::uint64_t* words, DocumentId first, DocumentId end) {
  if (first >= end) {
    return false;
  }
  const DocumentId last = end - 1;
  const std::uint64_t from = ~std::uint64_t{0} << first % 64;
  const std::uint64_t to = ~std::uint64_t{0} >> (63 - last % 64);
  if (first / 64 == last / 64) {
    return (words[first / 64] & from & to) != 0;
  }
  std::uint64_t any = words[first / 64] & from;
  for (DocumentId i = first / 64 + 1; i < last / 64 && any == 0; ++i) {
    any = words[i];
  }
  return (any | (words[last / 64] & to)) != 0;
}

/// Calls visit(const Postings&) with each block of a term for which wants(first, end) is true.
/// [first, end) is a range that contains the documents of the block.
template <PageStore S, class Wants, class Visit>
Status each_block(S& store, const Segment& segment, const TermEntry& entry, PostingBlocks* memory,
                  const Wants& wants, const Visit& visit) {
  const DocumentId documents = segment.entry.documents;
  if (entry.df == 0) {
    return {};
  }
  if (entry.is_short()) {
    VECEXT_TRY(read_short_list(store, segment, entry, &memory->postings));
    visit(memory->postings);
    return {};
  }
  if (entry.df > documents) {
    return corrupt();
  }
  const std::uint64_t blocks = entry.blocks();
  const BlockHead* heads = memory->heads;
  for (std::uint64_t begin = 0; begin < blocks;) {
    // As many heads are read as one page has.
    const std::uint64_t count =
        std::min<std::uint64_t>(kPageHeads - (entry.place + begin) % kPageHeads, blocks - begin);
    Status status = read_heads(store, segment, entry.place + begin, count, memory->heads);
    for (std::uint64_t i = 0; i < count && status.ok();) {
      const auto wants_block = [&](std::uint64_t b) {
        const DocumentId end = b + 1 < count ? heads[b + 1].first : documents;
        // If a head is not sound, its block counts as wanted, so that decoding it reports the
        // damage.
        return heads[b].first >= documents || end > documents || wants(heads[b].first, end);
      };
      if (!wants_block(i)) {
        ++i;
        continue;
      }
      const std::uint32_t place = heads[i].page;
      status = read_part(store, segment, kBlockPages, place, [&](const std::byte* page) -> Status {
        for (; i < count && heads[i].page == place; ++i) {
          if (!wants_block(i)) {
            continue;
          }
          const Status sound = decode_block(page, heads[i], block_count(entry, begin + i),
                                            documents, &memory->postings);
          if (!sound.ok()) {
            return sound;
          }
          visit(memory->postings);
        }
        return {};
      });
      store.poll();
    }
    if (!status.ok()) {
      return status;
    }
    begin += count;
  }
  return {};
}

}  // namespace vecext::postings
