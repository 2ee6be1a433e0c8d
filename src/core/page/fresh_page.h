// A page of fresh rows of a graph's index: inserted, and not yet linked. Their chain starts at the
// meta page's `fresh`; the head's `rows` counts those in use. A removed row is kNoRow.
//
//   payload  0            6 c (to a multiple of 4)
//            | c x row 6  | c x own vector v bytes |      c = floor((8120 - 3) / (6 + v))
#pragma once

#include <type_traits>

#include "core/page/page.h"

namespace vecext {

/// Geometry of the pages of one index.
struct FreshLayout {
  std::size_t own_bytes;

  std::int32_t places() const {
    return static_cast<std::int32_t>((kPayloadSize - 3) / (sizeof(RowId) + own_bytes));
  }
  std::size_t vectors_offset() const {
    return (static_cast<std::size_t>(places()) * sizeof(RowId) + 3) / 4 * 4;
  }
};

template <class Byte>
auto* fresh_rows(Byte* page) {
  using Row = std::conditional_t<std::is_const_v<Byte>, const RowId, RowId>;
  return reinterpret_cast<Row*>(page + kPayloadOffset);
}

template <class Byte>
Byte* fresh_vector(Byte* page, const FreshLayout& layout, std::int32_t place) {
  return page + kPayloadOffset + layout.vectors_offset() +
         static_cast<std::size_t>(place) * layout.own_bytes;
}

/// Is it such a page whose count fits?
Status check_fresh_page(const std::byte* page, const FreshLayout& layout);

}  // namespace vecext
