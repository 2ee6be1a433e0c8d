// The entry of a term in the dictionary: in how many documents the term is, and where its postings
// are.
//
// On a page of terms:   | df | bound u1 | place | extra u1 (if df is 1) |
// A posting of a short list:   | 2 * gap + (extra > 0) | extra u1 (if it is not 0) |
//
// df, place and gap are numbers stored in as many bytes as they need (term.h). The gap is the
// number of documents that lie between a posting's document and the document of the posting before
// it. The gap of the first posting is the number of documents before its document.
#pragma once

#include "core/page/text_pages.h"
#include "core/postings/segment/term.h"

namespace vecext::postings {

/// A term in fewer documents than this has a short list; the other terms have blocks.
inline constexpr std::uint64_t kFewestOfBlocks = kBlockPostings;

struct TermEntry {
  std::uint64_t df;
  std::uint8_t bound;   // bound of the scores of all its postings (impact_code())
  std::uint8_t extra;   // if df is 1, the extra of the only posting, otherwise 0
  std::uint64_t place;  // if df is 1, the document of the only posting; if the list is short, the
                        // number of its first byte, where each page counts kPayloadSize bytes;
                        // otherwise the number of its first head among all heads of the segment

  bool is_short() const { return df < kFewestOfBlocks; }
  std::uint64_t blocks() const { return (df + kBlockPostings - 1) / kBlockPostings; }
};

inline constexpr std::size_t kLongestEntry = 2 * kLongestNumber + 2;
inline constexpr std::size_t kLongestPosting = kLongestNumber + 1;

inline std::uint8_t* put_entry(std::uint8_t* to, const TermEntry& entry) {
  to = put_number(to, entry.df);
  *to++ = entry.bound;
  to = put_number(to, entry.place);
  if (entry.df == 1) {
    *to++ = entry.extra;
  }
  return to;
}

/// Reads an entry. Returns a pointer to the byte after it, or null if the entry is damaged.
inline const std::uint8_t* get_entry(const std::uint8_t* at, const std::uint8_t* end,
                                     TermEntry* entry) {
  at = get_number(at, end, &entry->df);
  if (at == nullptr || at == end || entry->df == 0) {
    return nullptr;
  }
  entry->bound = *at++;
  at = get_number(at, end, &entry->place);
  entry->extra = 0;
  if (at != nullptr && entry->df == 1) {
    if (at == end) {
      return nullptr;
    }
    entry->extra = *at++;
  }
  return at;
}

inline std::uint8_t* put_posting(std::uint8_t* to, std::uint32_t gap, std::uint32_t extra) {
  to = put_number(to, 2 * std::uint64_t{gap} + (extra > 0 ? 1 : 0));
  if (extra > 0) {
    *to++ = static_cast<std::uint8_t>(extra);
  }
  return to;
}

/// Reads `count` postings. Returns a pointer to the byte after them, or null if they are damaged.
inline const std::uint8_t* get_postings(const std::uint8_t* at, const std::uint8_t* end,
                                        std::uint64_t count, DocumentId* documents,
                                        std::uint32_t* extra) {
  std::uint64_t document = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t x;
    at = get_number(at, end, &x);
    if (at == nullptr) {
      return nullptr;
    }
    document += (x >> 1) + (i > 0 ? 1 : 0);
    if (document >= kMostDocuments) {
      return nullptr;
    }
    documents[i] = static_cast<DocumentId>(document);
    extra[i] = 0;
    if ((x & 1) != 0) {
      if (at == end) {
        return nullptr;
      }
      extra[i] = *at++;
    }
  }
  return at;
}

}  // namespace vecext::postings
