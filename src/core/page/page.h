// The parts that all pages of an index have. The page header at the beginning is the server's; all
// bytes after it are ours.
//
//   0        24        64                                        8184      8192
//   | server | PageHead | payload, by kind (8120 bytes)           | PageTail |
//
// PageHead  24       28       32       36       38       40
//           | next u4 | by kind | chain u4 | rows u2 | 0 u2  | 0 … (24 bytes)
//
// PageTail  8184     8186      8188       8190
//           | kind u2 | version u2 | 0  u2  | id u2 = 0xFFA0 |
//
// Integers are in the machine's byte order, as in all of a Postgres cluster. A page is written
// under an exclusive lock and read under a share lock, as a whole.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/ids.h"
#include "core/base/status.h"

namespace vecext {

inline constexpr std::size_t kPageSize = 8192;
inline constexpr std::size_t kPayloadOffset = 64;
inline constexpr std::size_t kPayloadEnd = kPageSize - 8;
inline constexpr std::size_t kPayloadSize = kPayloadEnd - kPayloadOffset;

/// The contents of a page. The numbers are stored on disk and never change.
enum class PageKind : std::uint16_t {
  kMeta = 1,        // page 0 (meta_head.h)
  kStream = 2,      // part of a byte stream: the model's vectors (stream.h)
  kDirectory = 3,   // entries of lists (directory_page.h)
  kCodes = 4,       // codes and rows of one list (code_page.h)
  kVectors = 5,     // whole vectors and rows of one list (vector_page.h)
  kFree = 6,        // in no chain; it may be used again
  kRerank = 7,      // rerank vectors of the rows of a page of codes (code_page.h)
  kNodes = 8,       // nodes of a graph (node_page.h, packed_page.h)
  kPending = 9,     // rows that are not in the graph yet (pending_page.h, packed_page.h)
  kRest = 10,       // the rest of a record that is longer than a page (packed_page.h)
  kKeyRoot = 11,    // where the tree of key columns begins (key_page.h)
  kKeys = 12,       // rows by the keys of their columns (key_page.h)
  kNodeCodes = 13,  // codes and rows of a graph's nodes (node_codes_page.h)
  kRecords = 14,    // codes of a graph's nodes once more, one by one (node_records_page.h)
  // These are pages of an index of texts (text_pages.h; for pending documents pending_text_page.h).
  kTextLengths = 17,
  kTextRows = 18,
  kTextLive = 19,
  kTextBlocks = 20,
  kTextHeads = 21,
  kTextShort = 22,
  kTextTerms = 23,
  kTextPending = 24,
};

/// The version of the format of pages, for all kinds. 1 is the first version.
inline constexpr std::uint16_t kPageVersion = 1;
inline constexpr std::uint16_t kPageMark = 0xFFA0;

struct PageHead {
  PageId next;              // next page of the chain, or kNoPage
  union {                   // 0 in pages of kinds that are not named here
    std::uint32_t list;     // in pages of lists: the list that the page belongs to
    std::int32_t exponent;  // in pages of pending rows with codes: the scale of their factors is
                            // 2^exponent
    PageId rest;  // in packed pages: the page on which a long record continues; 0 if there is none
    std::uint32_t hashes;  // in pages of pending documents: number of hashes on the page
  };
  // The number of the page's chain. No number is used for two chains of an index. Pages of pending
  // rows of a graph have 0, or the number of the transaction if the rows are in its private chain.
  std::uint32_t chain;
  std::uint16_t rows;  // lanes or records in use, from the first on
  std::uint16_t unused;
  std::byte reserved[24];  // all zero
};
static_assert(sizeof(PageHead) == 40 && offsetof(PageHead, list) == 4 &&
              offsetof(PageHead, exponent) == 4 && offsetof(PageHead, rest) == 4 &&
              offsetof(PageHead, chain) == 8 && offsetof(PageHead, rows) == 12);

struct PageTail {
  PageKind kind;
  std::uint16_t version;
  std::uint16_t unused;
  std::uint16_t mark;
};
static_assert(sizeof(PageTail) == 8 && offsetof(PageTail, mark) == 6);

inline const PageHead* page_head(const std::byte* page) {
  return reinterpret_cast<const PageHead*>(page + kPayloadOffset - sizeof(PageHead));
}
inline PageHead* page_head(std::byte* page) {
  return reinterpret_cast<PageHead*>(page + kPayloadOffset - sizeof(PageHead));
}
inline const PageTail* page_tail(const std::byte* page) {
  return reinterpret_cast<const PageTail*>(page + kPayloadEnd);
}

/// Makes an empty page of a kind: writes everything except the server's header. `list` is 0 for
/// pages that belong to no list.
void init_page(std::byte* page, PageKind kind, std::uint32_t list, std::uint32_t chain);

/// Makes the page a page of kind kFree. Its other bytes stay, so that the WAL record of the change
/// is small.
void empty_page(std::byte* page);

/// Returns kCorrupt unless the page is of the given kind, of a known version, and not new. Returns
/// kOfPgvector for page 0 of an index that pgvector has built, which pg_upgrade may have taken
/// over.
Status check_page(const std::byte* page, PageKind kind);

/// Does the same as check_page(), and also returns kCorrupt if the page has more than `room` rows.
Status check_rows(const std::byte* page, PageKind kind, std::int32_t room);

/// Returns ok for a sound page of the given kind. Returns kStale for a sound page of another kind,
/// since it may have been a page of the given kind before, and kCorrupt for a page that is not
/// sound.
inline Status check_kind(const std::byte* page, PageKind kind) {
  const PageKind now = page_tail(page)->kind;
  if (now != kind && check_page(page, now).ok()) {
    return {.code = StatusCode::kStale};
  }
  return check_page(page, kind);
}

}  // namespace vecext
