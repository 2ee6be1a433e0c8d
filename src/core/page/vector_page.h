// A page of whole vectors: float4, binary16 or bits, as the index keeps them.
//
//   payload  0                    c × v                c × (v + 6)
//            | c × vector v bytes  | c × row 6 bytes     |
//
// with c = ⌊8120 / (v + 6)⌋ places. The head's `rows` counts the places in use. A place whose row
// is kNoRow is dead.
#pragma once

#include "core/page/page.h"

namespace vecext {

struct VectorLayout {
  std::size_t bytes;  // bytes of a vector, 1 to kMaxVectorBytes

  std::int32_t places() const {
    return static_cast<std::int32_t>(kPayloadSize / (bytes + sizeof(RowId)));
  }
};

/// The longest vector for which a page has room.
inline constexpr std::size_t kMaxVectorBytes = kPayloadSize - sizeof(RowId);

template <class Byte>
Byte* vector_at(Byte* page, const VectorLayout& layout, std::int32_t place) {
  return page + kPayloadOffset + static_cast<std::size_t>(place) * layout.bytes;
}

inline RowId* vector_rows(std::byte* page, const VectorLayout& layout) {
  return reinterpret_cast<RowId*>(vector_at(page, layout, layout.places()));
}
inline const RowId* vector_rows(const std::byte* page, const VectorLayout& layout) {
  return reinterpret_cast<const RowId*>(vector_at(page, layout, layout.places()));
}

/// Returns kCorrupt unless the page is a page of vectors whose count fits.
Status check_vector_page(const std::byte* page, const VectorLayout& layout);

}  // namespace vecext
