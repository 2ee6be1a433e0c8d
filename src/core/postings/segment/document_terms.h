// Documents as distinct terms, before they are in an index.
#pragma once

#include <cstdint>

#include "core/postings/segment/term.h"

namespace vecext::postings {

/// What one caller remembers about a term, for later documents that have the term. It lasts as long
/// as the term is in the cache of terms from which the document was made. It belongs to the caller
/// whose number is `owner`. No two callers have the same number, and no number is 0.
struct TermNote {
  void* what;
  std::uint64_t owner;
};

struct DocumentTerm {
  Term term;  // 1 to kLongestTerm bytes
  std::uint32_t count;
  TermNote* note;  // null if the term is not in such a cache
};

struct DocumentTerms {
  const DocumentTerm* at;
  std::int64_t count;
  std::int64_t length;  // number of tokens, which counts each occurrence of a term
};

}  // namespace vecext::postings
