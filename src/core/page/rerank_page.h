// A page of rerank vectors: the vectors of some lanes of one page of codes, which has the number of
// this page (code_page.h). The vector of lane i of the page of codes is vector i % c of its rerank
// page i / c, c = floor(8120 / v).
//
//   payload  0
//            | c x vector v bytes |
//
// The head has the list and chain of the page of codes; `rows` is not used. A place is written
// once: a reader of a lane may read its vector later, as long as the chain is the same.
#pragma once

#include "core/page/page.h"

namespace vecext {

/// The longest vectors that a page takes, in bytes.
inline constexpr std::size_t kMaxRerankBytes = kPayloadSize;

template <class Byte>
Byte* rerank_vector_at(Byte* page, std::size_t bytes, std::int32_t place) {
  return page + kPayloadOffset + static_cast<std::size_t>(place) * bytes;
}

}  // namespace vecext
