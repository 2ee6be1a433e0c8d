// What page 0 of every index begins with, whatever the access method: it says what the index is,
// and whether a cached model of it is current.
//
// payload  0          4         5               6            8            16        20 24
//          | magic u4 | kind u1 | unfinished u1 | version u2 | changes u8 | keys u4 | next_chain u4
//          | by kind …
//
// Kinds: meta_page.h (lists), graph_meta_page.h (a graph), text_meta_page.h (texts, weights).
#pragma once

#include <type_traits>

#include "core/page/page.h"

namespace vecext {

inline constexpr PageId kMetaPage = 0;
inline constexpr std::uint32_t kMetaMagic = 0x56454358;  // "VECX"

/// What an index is made of. Stored on disk: never renumbered.
enum class MetaKind : std::uint8_t { kLists = 1, kGraph = 2, kText = 3, kWeights = 4 };

/// The format of all pages of an index of that kind.
constexpr std::uint16_t meta_version(MetaKind kind) {
  return kind == MetaKind::kGraph ? 2 : 1;
}

/// Lies at the payload's start. Fixed at build but for the fields said to change.
struct MetaHead {
  std::uint32_t magic;
  MetaKind kind;
  std::uint8_t is_unfinished;  // changes: 1 where a reorganization has not ended (unfinished.h)
  std::uint16_t version;
  std::uint64_t changes;     // changes: with whatever a cached model holds
  PageId keys;               // where the tree of key columns begins (key_page.h); 0: there are none
  std::uint32_t next_chain;  // changes: number of the next chain of pages
};
static_assert(sizeof(MetaHead) == 24 && offsetof(MetaHead, kind) == 4 &&
              offsetof(MetaHead, is_unfinished) == 5 && offsetof(MetaHead, version) == 6 &&
              offsetof(MetaHead, changes) == 8 && offsetof(MetaHead, keys) == 16 &&
              offsetof(MetaHead, next_chain) == 20);

/// That of a new index.
constexpr MetaHead meta_head(MetaKind kind) {
  return {kMetaMagic, kind, 0, meta_version(kind), 0, 0, 0};
}

template <class Byte>
auto* meta_head_of(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const MetaHead, MetaHead>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}

/// Ok if it is the meta page of an index of that kind; kOtherVersion if its version is not known.
Status check_meta_head(const std::byte* page, MetaKind kind);

}  // namespace vecext
