// Page 0 of an index of texts: what it is, its pending documents and its segments. An index of
// weights has the same form. Its terms are dimensions of sparse vectors, and in place of
// frequencies it has codes of their weights (core/postings/sparse). Its k1, b, config and config
// name are zeros.
//
// payload  0          24       28       32         36            40         48         52
//          | MetaHead | k1 f4  | b f4   | flags u4 | segments u4 | config u8 | weights f4 x 2
//          56            120                 216
//          | config name  | 8 x PendingList 12 | 96 x SegmentEntry 80 |
//          7896
//          | list chains u4 x 8 |
//
// All segments are named here, so that one change of this page can put new segments in the place of
// others, and a reader of the page sees one state of the index.
#pragma once

#include "core/page/meta_head.h"

namespace vecext {

/// Number of a document of a segment. A segment has fewer than kMostDocuments documents, so that
/// gaps have 31 bits.
using DocumentId = std::uint32_t;
inline constexpr DocumentId kMostDocuments = 0x7FFFFFFF;

/// A chain of pages of pending documents (pending_text_page.h). There are kPendingLists of them, so
/// that several backends can insert at once.
struct PendingList {
  PageId head;          // changes
  PageId tail;          // changes: the last page, or a page before it
  std::uint32_t pages;  // changes: about how many pages it has
};
inline constexpr std::int32_t kPendingLists = 8;

/// The parts of a segment. Each part has pages of one kind. The segment's directory, a stream, has
/// the page numbers of all parts, in this order. Other pages refer to a page by its place in its
/// part. So each page is written once, when it is full, and the pages of a segment are found
/// without reading them.
enum TextPart : int {
  kLengthPages,  // codes of the documents' lengths
  kRowPages,     // the documents' rows
  kLivePages,    // which documents were not removed
  kBlockPages,   // blocks of 128 postings
  kHeadPages,    // a head for each block
  kShortPages,   // postings of terms in 2 to 127 documents
  kTermPages,    // the dictionary
  kTextParts
};

/// A segment: documents in the order of their rows, and their posting lists. A segment never
/// changes, except for fields whose comment says so.
struct SegmentEntry {
  std::uint32_t chain;  // number of the chain of all its pages
  std::uint32_t documents;
  std::uint32_t living;  // changes: documents that VACUUM has not removed
  std::uint32_t terms;
  std::uint64_t tokens;  // the sum of all lengths, as decoded
  std::uint64_t postings;
  float average;  // average length; with k1 and b, what the bounds in its pages were made with
  float k1;
  float b;
  PageId directory;  // stream (core/postings/segment/postings_model.h)
  std::uint32_t pages[kTextParts];
  std::uint32_t separators;  // bytes of the directory's separators
};
static_assert(sizeof(SegmentEntry) == 80 && offsetof(SegmentEntry, tokens) == 16 &&
              offsetof(SegmentEntry, average) == 32 && offsetof(SegmentEntry, directory) == 44 &&
              offsetof(SegmentEntry, pages) == 48 && offsetof(SegmentEntry, separators) == 76);

/// The most segments of an index. Merging leaves fewer segments for any table.
inline constexpr std::uint32_t kMostSegments = 96;

inline constexpr std::size_t kConfigName = 64;  // NAMEDATALEN

/// What the codes of an index of weights stand for (core/postings/sparse). In an index of texts
/// these are zeros.
struct WeightRange {
  float step;      // changes: from 0 to its value, with the first weight
  float greatest;  // changes: no weight has a greater amount
};

/// Bits of TextMeta::flags. The second is for an index of weights, the other two are for an index
/// of texts.
inline constexpr std::uint32_t kReadsBigrams = 1;        // reads Chinese, Japanese and Korean text
                                                         // as bigrams
inline constexpr std::uint32_t kHasNegativeWeights = 2;  // changes: is set with the first negative
                                                         // weight
inline constexpr std::uint32_t kHasLastCharacters = 4;   // also has the last characters of runs
                                                         // that it reads as bigrams

/// The meta page's contents, which lie at the payload's start. Fields are fixed when the index is
/// built unless their comment says that they change.
struct TextMeta {
  MetaHead head;
  float k1;
  float b;
  std::uint32_t flags;     // bits
  std::uint32_t segments;  // changes
  std::uint64_t config;    // hash of the configuration's mapping when the index was built
  WeightRange weights;
  char config_name[kConfigName];
  PendingList pending[kPendingLists];
  SegmentEntry entries[kMostSegments];  // change
  /// These change. They are, by list, the chain number of the list's last pages. Pages before these
  /// have other numbers.
  std::uint32_t list_chains[kPendingLists];

  bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
};
static_assert(sizeof(TextMeta) <= kPayloadSize && offsetof(TextMeta, k1) == 24 &&
              offsetof(TextMeta, flags) == 32 && offsetof(TextMeta, segments) == 36 &&
              offsetof(TextMeta, config) == 40 && offsetof(TextMeta, config_name) == 56 &&
              offsetof(TextMeta, pending) == 120 && offsetof(TextMeta, entries) == 216 &&
              offsetof(TextMeta, list_chains) == 7896);

template <class Byte>
auto* text_meta_of(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const TextMeta, TextMeta>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}

/// Returns ok if the page is the meta page of an index of texts or of weights, and its numbers make
/// sense together.
Status check_text_meta_page(const std::byte* page);

}  // namespace vecext
