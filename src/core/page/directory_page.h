// A page of list entries; the chain of directory pages starts at the meta page's `directory`. Entry
// i of the index is entry i % kEntriesPerPage of page i / kEntriesPerPage of the chain.
//
//   entry  0        4        8        12       16          20       24        28         32
//          | head u4 | tail u4 | chain u4 | rows u4 | residual f4 | scale f4 | valid from u8      |
//          32         36            40            48
//          | whole u4 | variation f4 | valid to u8 | 0 … 64
//
// Fields are written under the page's exclusive lock: `tail` and `rows` when a list grows by a
// page; `residual` and `variation` when a row is inserted that is unlike other rows of the list;
// all others when the list is made. An entry counts from the time when the meta page's `changes`
// reaches its `valid_from` until `changes` reaches its `valid_to`, or for ever if `valid_to` is 0.
// Before and after that time, or if its head is kNoPage, the entry is vacant, and its place may be
// used for another list.
#pragma once

#include <type_traits>

#include "core/page/page.h"

namespace vecext {

struct ListEntry {
  PageId head;          // first page of the list
  PageId tail;          // last page, or a page before it
  std::uint32_t chain;  // number of the chain of its pages
  std::uint32_t rows;   // about how many rows it has: as many as when it was made, or when its last
                        // page was added
  float residual;       // about the mean squared distance of its rows to the centroid
  float scale;          // scale of its rows' factors, a power of two
  std::uint64_t valid_from;  // value of the meta page's `changes`
  std::uint32_t whole;     // 0, or how many rows the list had when a split could not separate them;
                           // the next split is tried when it has twice as many
  float variation;         // variance / mean^2 of the squared distances; 0 if it is not known
  std::uint64_t valid_to;  // the entry ends at this value of `changes`; 0 if it never ends
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
