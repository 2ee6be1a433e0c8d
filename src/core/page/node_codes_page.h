// A page of codes of a graph's nodes, apart from the nodes, for searches for the rows of a set. It
// has blocks of 32 nodes with their codes, factors, numbers and rows. A chain of such pages has
// every node of one graph once. The nodes are in the order of their numbers, unless the graph's own
// pages are not in order. The head's `rows` counts the blocks of a page.
//
//   block  0          16 g             16 g + 64          16 g + 128    16 g + 256  16 g + 448
//          | 32 codes | 32 x factor a f2 | 32 x factor b f2 | 32 x node u4 | 32 x row 6 |
//
// with g groups of 4 bits a code, in FastScan order, relative to the center of the block's list;
// the factors have the scale of that list. A lane of kNoNode is empty. A node's row is written here
// once; if the row was removed since, only the node's slot says so. Two bits of a row's line are
// flags. kHasDuplicate means that other nodes have an equal vector; their rows may match even if
// this row does not. kIsOther means that the node is one of these other nodes, to which no link
// leads.
#pragma once

#include "core/page/node_page.h"

namespace vecext {

inline constexpr std::uint16_t kHasDuplicate = 0x8000;
inline constexpr std::uint16_t kIsOther = 0x4000;

/// Returns a node's row as it is noted beside its code.
inline RowId noted_row(const NodeHead& head) {
  RowId row = head.row;
  row.line |= head.duplicate == kNoNode ? std::uint16_t{0} : kHasDuplicate;
  row.line |= (head.flags & kIsDuplicate) == 0 ? std::uint16_t{0} : kIsOther;
  return row;
}

/// Returns the row of a node without the flags for its duplicates.
inline RowId plain_row(RowId noted) {
  noted.line &= static_cast<std::uint16_t>(~(kHasDuplicate | kIsOther));
  return noted;
}

/// A block of codes. Byte is std::byte or const std::byte.
template <class Byte>
struct NodeBlock {
  Byte* at;
  std::size_t code_bytes;  // 16 g

  template <class T>
  using Like = std::conditional_t<std::is_const_v<Byte>, const T, T>;

  static std::size_t bytes(std::size_t code_bytes) {
    return code_bytes + kBlockLanes * (2 * sizeof(Half) + sizeof(NodeId) + sizeof(RowId));
  }
  /// Returns how many bytes of a block, from its beginning on, a search reads to score it.
  static std::size_t scored_bytes(std::size_t code_bytes) {
    return code_bytes + kBlockLanes * 2 * sizeof(Half);
  }
  /// Returns how many blocks a page has.
  static std::int32_t of_page(std::size_t code_bytes) {
    return static_cast<std::int32_t>(kPayloadSize / bytes(code_bytes));
  }
  CodeBlock<Byte> codes() const { return {at, code_bytes}; }
  auto* nodes() const {
    return reinterpret_cast<Like<NodeId>*>(at + code_bytes + 2 * kBlockLanes * sizeof(Half));
  }
  auto* rows() const { return reinterpret_cast<Like<RowId>*>(nodes() + kBlockLanes); }
};

/// Returns where block i of a page begins.
inline std::size_t node_block_offset(std::size_t code_bytes, std::int32_t i) {
  return kPayloadOffset +
         static_cast<std::size_t>(i) * NodeBlock<const std::byte>::bytes(code_bytes);
}

/// Returns block i of a page.
template <class Byte>
NodeBlock<Byte> node_block(Byte* page, std::size_t code_bytes, std::int32_t i) {
  return {page + node_block_offset(code_bytes, i), code_bytes};
}

/// Returns kCorrupt unless the page is a page of codes of nodes whose count fits.
inline Status check_node_codes_page(const std::byte* page, std::size_t code_bytes) {
  return check_rows(page, PageKind::kNodeCodes, NodeBlock<const std::byte>::of_page(code_bytes));
}

}  // namespace vecext
