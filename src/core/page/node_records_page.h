// A page of codes of a graph's nodes, one by one instead of in blocks. A search for few of the
// nodes reads one or two cache lines for each node; in blocks it would read most of a block of 32
// for one node, which is a line for every two nodes of the block. The codes are relative to the
// origin, at the scale of the graph's entries, so that codes of nodes of several lists can be
// compared together. Records are in the order of the lanes of node_codes_page.h, and their pages
// are in the same chain, among the pages of blocks. The head's `rows` counts the records of a page.
//
//   record  0                   r - 4         r - 2
//           | code of (g + 1) / 2 bytes | factor a f2 | factor b f2 |      r = (g + 1) / 2 + 4
//
// with g groups of 4 bits a code: byte i has group 2 i in its low bits, and group 2 i + 1 in its
// high bits. Nothing in a record is aligned. The empty lanes of the last block have no records.
#pragma once

#include "core/page/node_codes_page.h"

namespace vecext {

/// How records of codes lie in pages.
struct NodeRecordsLayout {
  std::size_t code_bytes;

  /// Readers may read a code kStep bytes at a time. They never read beyond the page.
  static constexpr std::size_t kStep = 16;

  std::size_t record_bytes() const { return code_bytes + 2 * sizeof(Half); }
  /// Returns how many records a page has at most: those of as many whole blocks as fit.
  std::int32_t of_page() const {
    constexpr std::size_t kRoom = kPageSize - kPayloadOffset - kStep + 2 * sizeof(Half);
    return static_cast<std::int32_t>(kRoom / record_bytes()) / kBlockLanes * kBlockLanes;
  }
  /// Returns where record i of a page begins.
  std::size_t offset(std::int32_t i) const {
    return kPayloadOffset + static_cast<std::size_t>(i) * record_bytes();
  }
};

inline NodeRecordsLayout node_records_layout(std::int32_t groups) {
  return {(static_cast<std::size_t>(groups) + 1) / 2};
}

/// The most blocks whose records are on one page, since a code has at least a byte.
inline constexpr std::int32_t kMostRecordBlocks = 50;
static_assert(kPayloadSize / (kBlockLanes * 5) == kMostRecordBlocks);

/// Returns kCorrupt unless the page is a page of records whose count fits.
inline Status check_node_records_page(const std::byte* page, const NodeRecordsLayout& layout) {
  return check_rows(page, PageKind::kRecords, layout.of_page());
}

}  // namespace vecext
