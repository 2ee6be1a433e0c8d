// A page of list entries; the chain of directory pages starts at the meta page's `directory`. Entry
// i of the index is entry i % kEntriesPerPage of page i / kEntriesPerPage of the chain.
//
//   entry  0        4        8        12       16          20       24        28         32
//          | head u4 | tail u4 | chain u4 | rows u4 | residual f4 | scale f4 | valid from u8      |
//          32         36            40            48
//          | whole u4 | variation f4 | valid to u8 | 0 … 64
//
// Written under the page's exclusive lock: `tail` and `rows` when a list grows by a page;
// `residual` and `variation` when a row is inserted that is unlike those of the list; the rest when
// the list is made. An entry counts from the time that the meta page's `changes` has reached its
// `valid_from` until it reaches its `valid_to`, if that is not 0; before and after that, or when
// its head is kNoPage, it is vacant, and its place may be used.
#pragma once

#include <type_traits>

#include "core/page/page.h"

namespace vecext {

struct ListEntry {
  PageId head;               // first page of the list
  PageId tail;               // last page, or one before it
  std::uint32_t chain;       // number that its pages carry
  std::uint32_t rows;        // about: as of its creation, or of its last new page
  float residual;            // mean squared distance of its rows to the centroid, about
  float scale;               // of its rows' factors, a power of two
  std::uint64_t valid_from;  // value of the meta page's `changes`
  std::uint32_t whole;       // rows that could hardly be split: not tried below twice as many
  float variation;           // of these squared distances: variance / mean^2; 0: not known
  std::uint64_t valid_to;    // as valid_from; 0: for ever
  std::byte reserved[16];

  bool counts(std::uint64_t changes) const {
    return head != kNoPage && valid_from <= changes && (valid_to == 0 || valid_to > changes);
  }
};
static_assert(sizeof(ListEntry) == 64 && offsetof(ListEntry, residual) == 16 &&
              offsetof(ListEntry, valid_from) == 24 && offsetof(ListEntry, whole) == 32 &&
              offsetof(ListEntry, variation) == 36 && offsetof(ListEntry, valid_to) == 40);

inline constexpr std::int32_t kEntriesPerPage =
    static_cast<std::int32_t>(kPayloadSize / sizeof(ListEntry));

template <class Byte>
auto* list_entry(Byte* page, std::int32_t i) {
  using Entry = std::conditional_t<std::is_const_v<Byte>, const ListEntry, ListEntry>;
  return reinterpret_cast<Entry*>(page + kPayloadOffset) + i;
}

}  // namespace vecext
