// Documents as distinct terms, before they are in an index.
#pragma once

#include <cstdint>

#include "core/postings/segment/term.h"

namespace vecext::postings {

/// What a caller keeps about a term for later documents, as long as the term is in the cache of
/// those who make documents. A note belongs to the caller whose number is `owner`; no other caller
/// has that number, and it is never 0.
struct TermNote {
  void* what;
  std::uint64_t owner;
};

struct DocumentTerm {
  Term term;  // 1 to kLongestTerm bytes
  std::uint32_t count;
  TermNote* note;  // may be null
};

struct DocumentTerms {
  const DocumentTerm* at;
  std::int64_t count;
  std::int64_t length;  // all occurrences of terms
};

}  // namespace vecext::postings
