// Documents as distinct terms, before they are in an index.
#pragma once

#include <cstdint>

#include "core/postings/segment/term.h"

namespace vecext::postings {

/// What a caller keeps of a term for later documents, as long as the term is in the cache of those
/// who make documents. It is the caller's if `owner` is a number that no other caller uses, never
/// 0.
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
  std::int64_t length;  // all occurrences together
};

}  // namespace vecext::postings
