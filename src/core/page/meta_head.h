// The beginning of page 0 of every index, whatever the access method. It says what the index is,
// and lets a cached model of the index find out if it is current.
//
// payload  0          4         5               6            8            16        20 24
//          | magic u4 | kind u1 | unfinished u1 | version u2 | changes u8 | keys u4 | next_chain u4
//          | by kind …
//
// In an index of lists or of a graph, the efforts that observed queries need (core/effort) lie
// further behind on the page, so that they are known after a restart of the server:
//
// payload  1024                3328
//          | 64 x KeptEffort 36 |
//
// KeptEffort  0         4              6        8            12        16       20           36
//             | user u4 | most_rows u2 | way u2 | queries u4 | steps f4 | rows f4 | effort 4 x f4 |
//
// Kinds: meta_page.h (lists), graph_meta_page.h (a graph), text_meta_page.h (texts, weights).
#pragma once

#include <type_traits>

#include "core/page/page.h"
#include "core/page/patch.h"

namespace vecext {

inline constexpr PageId kMetaPage = 0;
inline constexpr std::uint32_t kMetaMagic = 0x56454358;  // "VECX"

/// The content of an index. The numbers are stored on disk and never change.
enum class MetaKind : std::uint8_t { kLists = 1, kGraph = 2, kText = 3, kWeights = 4 };

/// Returns the version of the format of all pages of an index of the given kind.
constexpr std::uint16_t meta_version(MetaKind kind) {
  return kind == MetaKind::kGraph ? 3 : 1;
}

/// The beginning of page 0 of every index. It lies at the payload's start. Fields are fixed when
/// the index is built unless their comment says that they change.
struct MetaHead {
  std::uint32_t magic;
  MetaKind kind;
  std::uint8_t is_unfinished;  // changes: 1 while a reorganization has not ended (unfinished.h)
  std::uint16_t version;
  std::uint64_t changes;  // changes: is incremented when anything changes that a cached model has
  PageId keys;            // page that leads to the tree of key columns (key_page.h); 0 if there
                          // is none
  std::uint32_t next_chain;  // changes: number that the next chain of pages gets
};
static_assert(sizeof(MetaHead) == 24 && offsetof(MetaHead, kind) == 4 &&
              offsetof(MetaHead, is_unfinished) == 5 && offsetof(MetaHead, version) == 6 &&
              offsetof(MetaHead, changes) == 8 && offsetof(MetaHead, keys) == 16 &&
              offsetof(MetaHead, next_chain) == 20);

/// Returns the head of a new index.
constexpr MetaHead meta_head(MetaKind kind) {
  return {kMetaMagic, kind, 0, meta_version(kind), 0, 0, 0};
}

template <class Byte>
auto* meta_head_of(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const MetaHead, MetaHead>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}

/// Returns ok if the page is the meta page of an index of the given kind, and kOtherVersion if its
/// version is not known.
Status check_meta_head(const std::byte* page, MetaKind kind);

/// Efforts that a user's searches of a class (core/effort) need. No search relies on them: an entry
/// that makes no sense is ignored.
struct KeptEffort {
  std::uint32_t user;  // OID of the role; 0 if the entry is not used
  std::uint16_t most_rows;
  std::uint16_t way;      // SearchWay
  std::uint32_t queries;  // queries that had been observed when the entry was written
  float steps;
  float rows;
  float effort[4];
};
static_assert(sizeof(KeptEffort) == 36 && offsetof(KeptEffort, most_rows) == 4 &&
              offsetof(KeptEffort, way) == 6 && offsetof(KeptEffort, queries) == 8 &&
              offsetof(KeptEffort, steps) == 12 && offsetof(KeptEffort, rows) == 16 &&
              offsetof(KeptEffort, effort) == 20);

inline constexpr std::size_t kKeptEfforts = 64;
inline constexpr std::size_t kMostMetaBytes = 1024;  // of Meta and of GraphMeta
inline constexpr std::size_t kKeptEffortOffset = kPayloadOffset + kMostMetaBytes;
static_assert(kKeptEffortOffset + kKeptEfforts * sizeof(KeptEffort) <= kPayloadEnd);

/// Returns the kKeptEfforts entries of a meta page.
inline const KeptEffort* kept_efforts(const std::byte* page) {
  return reinterpret_cast<const KeptEffort*>(page + kKeptEffortOffset);
}

/// Writes an entry to a meta page: in the place of the user's entry for the same class, in a free
/// place, or in the place of the entry with the fewest queries.
inline void keep_effort(const std::byte* page, const KeptEffort& entry, PagePatch* patch) {
  const KeptEffort* entries = kept_efforts(page);
  std::size_t place = 0;
  for (std::size_t i = 0; i < kKeptEfforts; ++i) {
    if (entries[i].user == entry.user && entries[i].most_rows == entry.most_rows &&
        entries[i].way == entry.way) {
      place = i;
      break;
    }
    const auto queries_of = [](const KeptEffort& one) { return one.user == 0 ? 0 : one.queries; };
    if (queries_of(entries[i]) < queries_of(entries[place])) {
      place = i;
    }
  }
  patch->put(kKeptEffortOffset + place * sizeof(KeptEffort), &entry, sizeof entry);
}

}  // namespace vecext
