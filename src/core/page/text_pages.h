// Pages of a segment of an index of texts (text_meta_page.h). The head's `chain` is the segment's
// chain, and `rows` counts what the page has. Pages are written once, except for pages of living
// documents.
//
//   lengths      0
//                | documents x code u1 |                    rows: documents, of window i on page i
//
//   rows         0         4          6      8                 12         20
//                | page u4 | first u2 | 0 u2 | first document u4 | lines u8 | … 406 entries
//
//   live         0
//                | a bit for each document |                of 8 windows
//
//   blocks       0
//                | gaps, then extra, of a block | …         rows: units of 16 bytes
//
//   heads        0                4       8           10       11
//                | first document | page u4 | offset u2 | bound u1 | widths u1 | … 676 heads
//
//   short        0
//                | posting lists of 2 to 127, one after another |    rows: bytes
//
//   terms        0                                     8120 - 2 g
//                | g groups of 16 terms | free | g x offset u2 |     rows: terms; offsets from the
//                                                                    last to the first
//
// A window is 8,064 documents with numbers that follow each other. An entry of rows is for the
// lines first .. first + 63 of a page of the table, first a multiple of 64, with a document for
// each line whose bit is set. A block is 128 postings (the last of a list has fewer), packed
// (core/kernel/text.h) at an offset that is a multiple of 16. core/postings/segment says how short
// lists and terms are coded.
#pragma once

#include "core/base/ids.h"
#include "core/page/text_meta_page.h"

namespace vecext {

inline constexpr std::uint32_t kWindowDocuments = 63 * 128;
inline constexpr std::uint32_t kWindowWords = kWindowDocuments / 64;
inline constexpr std::uint32_t kWindowsOfLivePage = 8;
inline constexpr std::uint32_t kLiveDocuments = kWindowsOfLivePage * kWindowDocuments;
static_assert(kWindowDocuments <= kPayloadSize && kLiveDocuments / 8 <= kPayloadSize);

/// The documents of up to 64 lines of a page of the table.
struct [[gnu::packed]] RowEntry {
  std::uint32_t page;
  std::uint16_t first;
  std::uint16_t unused;
  DocumentId document;  // document of the lowest line
  std::uint64_t lines;
};
static_assert(sizeof(RowEntry) == 20);
inline constexpr std::uint32_t kRowEntries = kPayloadSize / sizeof(RowEntry);
static_assert(kRowEntries == 406);

inline constexpr std::uint32_t kBlockPostings = 128;

struct BlockHead {
  DocumentId first;
  std::uint32_t page;  // place in the part kBlockPages
  std::uint16_t offset;
  std::uint8_t bound;   // bound of the scores (core/postings/segment/bm25_score.h)
  std::uint8_t widths;  // width of gaps in 5 bits, of extra in 3 bits

  unsigned gap_width() const { return widths & 31; }
  unsigned extra_width() const { return widths >> 5; }
  std::size_t bytes() const { return 16 * std::size_t{gap_width() + extra_width()}; }
};
static_assert(sizeof(BlockHead) == 12 && offsetof(BlockHead, offset) == 8 &&
              offsetof(BlockHead, widths) == 11);
inline constexpr std::uint32_t kPageHeads = kPayloadSize / sizeof(BlockHead);
static_assert(kPageHeads == 676);

inline constexpr std::uint32_t kGroupTerms = 16;

/// Returns the kind of the pages of a part.
constexpr PageKind kind_of(TextPart part) {
  return static_cast<PageKind>(static_cast<int>(PageKind::kTextLengths) + part);
}
static_assert(kind_of(kTermPages) == PageKind::kTextTerms);

/// Returns the greatest count that `rows` may have on a page of the part.
constexpr std::uint32_t most_on_page(TextPart part) {
  constexpr std::uint32_t kMost[] = {kWindowDocuments,  kRowEntries, kLiveDocuments,
                                     kPayloadSize / 16, kPageHeads,  kPayloadSize,
                                     kPayloadSize};
  return kMost[part];
}

/// Returns ok if the page is a sound page of the given part of the segment whose chain is `chain`.
/// Returns kStale if the page was such a page before, or may have been.
Status check_text_page(const std::byte* page, TextPart part, std::uint32_t chain);

template <class Byte>
auto* text_bytes(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const std::uint8_t, std::uint8_t>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}
template <class Byte>
auto* row_entries(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const RowEntry, RowEntry>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}
template <class Byte>
auto* live_words(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const std::uint64_t, std::uint64_t>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}
template <class Byte>
auto* block_heads(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const BlockHead, BlockHead>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}
/// Returns where group i of a page of terms begins.
template <class Byte>
auto* group_offset(Byte* page, std::uint32_t i) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const std::uint16_t, std::uint16_t>;
  return reinterpret_cast<Like*>(page + kPayloadEnd) - 1 - i;
}

}  // namespace vecext
