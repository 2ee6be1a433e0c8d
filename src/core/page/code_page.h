// A page of codes: blocks of 32 lanes, each with the codes in FastScan order, two factors a lane
// and the row a lane. Lane i of the page is lane i % 32 of block i / 32.
//
//   block  0                16 g             16 g + 64         16 g + 128       16 g + 320
//          | 32 codes        | 32 × factor a f2 | 32 × factor b f2 | 32 × row 6 bytes |
//
// with g groups of 4 bits a code. As many blocks as fit follow each other from the payload's start
// on. The head's `rows` counts the lanes in use. A lane whose row is kNoRow is dead. If vectors are
// kept beside the codes, the payload ends with the numbers of their pages, in the order of the
// lanes. Lanes behind those in use have no such pages yet.
//
//   payload  0                                     8120 - 4 p           8120
//            | blocks …                     |  0 … | p x own page u4     |
//
// A page of rerank vectors has the vectors of some lanes of one page of codes. The page of codes
// has the number of each of its rerank pages. The vector of lane i of the page of codes is vector i
// % c of its rerank page i / c, c = floor(8120 / v).
//
//   payload  0
//            | c x vector v bytes |
//
// The head of a page of rerank vectors has the list and the chain of the page of codes; its `rows`
// is not used. The vector of a lane is written once. So a reader of the lane may read the vector
// later, as long as the page still has the same chain.
#pragma once

#include <type_traits>

#include "core/kernel/half.h"
#include "core/page/page.h"

namespace vecext {

inline constexpr std::int32_t kBlockLanes = 32;

/// Returns the first n lanes of a block as bits, n >= 0. Returns all lanes if n is more than a
/// block has.
inline std::uint32_t first_lanes(std::int32_t n) {
  return n < kBlockLanes ? (1u << n) - 1 : 0xFFFFFFFFu;
}

inline constexpr std::size_t kBlockExtra = kBlockLanes * (2 * sizeof(Half) + sizeof(RowId));

/// The longest codes for which a page has room, in bytes of a block.
inline constexpr std::int32_t kMaxBlockCodes =
    static_cast<std::int32_t>(kPayloadSize - kBlockExtra);

/// The longest codes if rerank vectors are kept beside them. A page of codes has at most one page
/// of rerank vectors for each of its lanes.
inline constexpr std::int32_t kMaxBlockCodesOfRerank =
    kMaxBlockCodes - kBlockLanes * static_cast<std::int32_t>(sizeof(PageId));

/// The longest rerank vectors for which a page has room, in bytes.
inline constexpr std::size_t kMaxRerankBytes = kPayloadSize;

/// The most rerank pages of a page of codes (check_meta_page).
inline constexpr std::int32_t kMaxRerankPages = kBlockLanes;

/// The geometry of the pages of one index; see code_layout().
struct CodeLayout {
  std::int32_t groups;
  std::int32_t blocks;         // in a page of codes; 0 if not even one fits
  std::size_t rerank_bytes;    // of a rerank vector; 0 if there are none
  std::int32_t rerank_places;  // rerank vectors in a page; 0 if there are none
  std::int32_t rerank_pages;   // the most rerank pages of a page of codes

  std::size_t code_bytes() const { return static_cast<std::size_t>(groups) * 16; }
  std::size_t stride() const { return code_bytes() + kBlockExtra; }
  std::int32_t lanes() const { return blocks * kBlockLanes; }
};

/// Returns the layout for codes of `groups` groups and rerank vectors of `rerank_bytes` bytes, at
/// most kMaxRerankBytes. `rerank_bytes` is 0 if there are no rerank vectors.
CodeLayout code_layout(std::int32_t groups, std::size_t rerank_bytes);

/// Returns the numbers of the rerank pages of a page of codes. There are layout.rerank_pages of
/// them.
inline PageId* rerank_pages(std::byte* page, const CodeLayout& layout) {
  return reinterpret_cast<PageId*>(page + kPayloadEnd) - layout.rerank_pages;
}
inline const PageId* rerank_pages(const std::byte* page, const CodeLayout& layout) {
  return reinterpret_cast<const PageId*>(page + kPayloadEnd) - layout.rerank_pages;
}

/// Returns the vector at place `place` of a page of rerank vectors, each of `bytes` bytes.
template <class Byte>
Byte* rerank_vector_at(Byte* page, std::size_t bytes, std::int32_t place) {
  return page + kPayloadOffset + static_cast<std::size_t>(place) * bytes;
}

/// One block within a page. Byte is std::byte or const std::byte.
template <class Byte>
struct CodeBlock {
  Byte* at;
  std::size_t code_bytes;

  template <class T>
  auto* as(std::size_t offset) const {
    using To = std::conditional_t<std::is_const_v<Byte>, const T, T>;
    return reinterpret_cast<To*>(at + offset);
  }
  auto* codes() const { return as<std::uint8_t>(0); }
  auto* a() const { return as<Half>(code_bytes); }
  auto* b() const { return as<Half>(code_bytes + kBlockLanes * sizeof(Half)); }
  auto* rows() const { return as<RowId>(code_bytes + 2 * kBlockLanes * sizeof(Half)); }
};

template <class Byte>
CodeBlock<Byte> code_block(Byte* page, const CodeLayout& layout, std::int32_t block) {
  return {page + kPayloadOffset + static_cast<std::size_t>(block) * layout.stride(),
          layout.code_bytes()};
}

/// Returns kCorrupt unless the page is a page of codes whose count fits.
Status check_code_page(const std::byte* page, const CodeLayout& layout);

}  // namespace vecext
