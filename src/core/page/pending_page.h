// A page of pending rows of a graph's index: rows that were inserted and are not in the graph yet.
// Their chain starts at the meta page's `pending`. The head's `rows` counts the rows. The scale of
// their factors is 2 to the power of the head's `exponent`. A row that was removed is kNoRow.
//
//   payload  0                        32 g b / 2 + 128 b    ... + 6 c (to a multiple of 4)
//            | b blocks of 32 codes    | c x row 6           | c x rerank vector v bytes |
//
// Blocks are like those of a node (node_page.h), with codes relative to the origin, so that a
// search reads the rerank vectors of few rows. There are no blocks (b = 0) if vectors are so wide
// that a page has too few rows for a block to be worthwhile.
#pragma once

#include <cmath>
#include <type_traits>

#include "core/page/code_page.h"

namespace vecext {

/// The geometry of the pages of one index; see pending_layout().
struct PendingLayout {
  std::size_t rerank_bytes;
  std::int32_t groups;
  std::int32_t blocks;  // b
  std::int32_t places;  // c

  std::size_t block_bytes() const {
    return 16 * static_cast<std::size_t>(groups) + 2 * kBlockLanes * sizeof(Half);
  }
  std::size_t rows_offset() const { return static_cast<std::size_t>(blocks) * block_bytes(); }
  std::size_t vectors_offset() const {
    return rows_offset() + (static_cast<std::size_t>(places) * sizeof(RowId) + 3) / 4 * 4;
  }
};

/// Returns the layout for codes of `groups` groups and rerank vectors of `rerank_bytes` bytes.
PendingLayout pending_layout(std::int32_t groups, std::size_t rerank_bytes);

template <class Byte>
CodeBlock<Byte> pending_block(Byte* page, const PendingLayout& layout, std::int32_t block) {
  return {page + kPayloadOffset + static_cast<std::size_t>(block) * layout.block_bytes(),
          16 * static_cast<std::size_t>(layout.groups)};
}

template <class Byte>
auto* pending_rows(Byte* page, const PendingLayout& layout) {
  using Row = std::conditional_t<std::is_const_v<Byte>, const RowId, RowId>;
  return reinterpret_cast<Row*>(page + kPayloadOffset + layout.rows_offset());
}

template <class Byte>
Byte* pending_vector(Byte* page, const PendingLayout& layout, std::int32_t place) {
  return page + kPayloadOffset + layout.vectors_offset() +
         static_cast<std::size_t>(place) * layout.rerank_bytes;
}

/// Returns the scale of the factors of a page's rows.
inline float pending_scale(const std::byte* page) {
  return std::ldexp(1.0F, page_head(page)->exponent);
}

/// Sets the scale of the factors of a page's rows, a power of two.
inline void set_pending_scale(std::byte* page, float scale) {
  page_head(page)->exponent = std::ilogb(scale);
}

/// Returns kCorrupt unless the page is a page of pending rows whose count fits.
Status check_pending_page(const std::byte* page, const PendingLayout& layout);

}  // namespace vecext
