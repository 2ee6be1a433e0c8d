// The posting list of a query's term in a segment, as a search goes through the documents from the
// first to the last.
#pragma once

#include "core/postings/search/postings_query.h"
#include "core/postings/segment/posting_reader.h"

namespace vecext::postings {

/// What a search has done.
struct SearchCounts {
  std::int64_t windows = 0;   // windows looked at
  std::int64_t blocks = 0;    // blocks decoded
  std::int64_t postings = 0;  // postings scored in order
  std::int64_t probes = 0;    // documents looked up in lists
  std::int64_t pages = 0;     // pages of pending documents that were read
};

inline constexpr std::uint32_t kNoBlock = 0xFFFFFFFF;

struct QueryList {
  TermEntry entry;
  float weight;
  const std::int32_t* units;  // by code; null if scores follow from weight, frequency and length
  BoundScale scale;
  std::int32_t bound;  // bound of all postings

  const BlockHead* heads;  // null for a short list, which is decoded as its only block 0
  std::uint32_t blocks;
  std::uint32_t block;  // the last block that does not begin after the first document of the window
  std::uint32_t decoded;  // the number of the block in `postings`, or kNoBlock
  std::uint32_t at;       // place in `postings` of the first posting that is not before the window
  bool is_sparse;         // true if its blocks span several windows

  std::int32_t window_bound;  // bound of the postings in the window; 0 if there are none

  Postings* postings;

  const DocumentId* documents;  // documents of all postings if the list was made in memory,
                                // otherwise null
  const std::uint8_t* extra;

  DocumentId first_of(std::uint32_t i) const {
    return heads == nullptr ? postings->documents[0] : heads[i].first;
  }
  std::int32_t bound_of(std::uint32_t i) const {
    return heads == nullptr ? bound : scale.of(heads[i].bound);
  }
  /// Returns how many postings block i has.
  std::uint32_t count_of(std::uint32_t i) const {
    return heads == nullptr ? postings->count : block_count(entry, i);
  }
};

/// Moves a list to the window that begins with document `first`: `block` becomes the first block
/// that may have postings in it.
void move_to(QueryList* list, DocumentId first);

/// Moves `at` forward in the decoded block to the first posting whose document is not below
/// `first`.
void move_in_block(QueryList* list, DocumentId first);

/// Sets the bound of the list's postings in the window that it was moved to, which ends before
/// `end`.
void bound_window(QueryList* list, DocumentId end);

/// Returns the place, from `from` on, of the first of `n` ascending documents that is not below
/// `document`, or `n` if all are. It has no branches that depend on the documents, since a
/// processor could not predict them.
inline std::uint32_t lower_bound_of(const DocumentId* documents, std::uint32_t from,
                                    std::uint32_t n, DocumentId document) {
  const DocumentId* base = documents + from;
  std::uint32_t left = n - from;
  if (left == 0) {
    return from;
  }
  while (left > 1) {
    const std::uint32_t half = left / 2;
    base += base[half - 1] < document ? half : 0;
    left -= half;
  }
  return static_cast<std::uint32_t>(base - documents) + (*base < document ? 1 : 0);
}

}  // namespace vecext::postings
