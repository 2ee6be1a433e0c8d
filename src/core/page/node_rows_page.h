// A page of rows of a graph's nodes, as indexes of format 1 have them; later formats have
// node_codes_page.h. A chain of them has a record for each page of nodes of one graph; the head's
// `rows` counts the records of a page.
//
//   record  0        4             4 + 6 s
//           | page u4 | s x row 6  |
//
// with s slots of a page of nodes (node_page.h): slot i of that page is a node of row i, kNoRow if
// there is no such node. A node's row is written once: the slot tells whether it was removed since.
// A line with kHasDuplicate is of a node with others of an equal vector, whose rows may match where
// this one does not.
#pragma once

#include "core/page/node_page.h"

namespace vecext {

inline constexpr std::uint16_t kHasDuplicate = 0x8000;

/// A record of a page of nodes with `slots` slots. Byte is std::byte, const or not.
template <class Byte>
struct NodeRowsRecord {
  Byte* at;

  static std::size_t bytes(std::int32_t slots) {
    return sizeof(PageId) + static_cast<std::size_t>(slots) * sizeof(RowId);
  }
  static std::int32_t of_page(std::int32_t slots) {
    return static_cast<std::int32_t>(kPayloadSize / bytes(slots));
  }
  PageId page() const {
    PageId page;
    __builtin_memcpy(&page, at, sizeof page);
    return page;
  }
  void set_page(PageId page) const { __builtin_memcpy(at, &page, sizeof page); }
  /// RowId needs no alignment.
  auto* rows() const {
    using Row = std::conditional_t<std::is_const_v<Byte>, const RowId, RowId>;
    return reinterpret_cast<Row*>(at + sizeof(PageId));
  }
};

/// Record i of a page, where pages of nodes have `slots` slots.
template <class Byte>
NodeRowsRecord<Byte> node_rows_record(Byte* page, std::int32_t slots, std::int32_t i) {
  return {page + kPayloadOffset + static_cast<std::size_t>(i) * NodeRowsRecord<Byte>::bytes(slots)};
}

/// kCorrupt unless it is such a page whose count fits.
inline Status check_node_rows_page(const std::byte* page, std::int32_t slots) {
  return check_rows(page, PageKind::kNodeRows, NodeRowsRecord<const std::byte>::of_page(slots));
}

}  // namespace vecext
