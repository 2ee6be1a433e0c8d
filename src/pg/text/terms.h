// Documents as distinct lexemes.
#pragma once

#include <string_view>

#include "pg/text/parse.h"

extern "C" {
#include "tsearch/ts_type.h"
#include "utils/array.h"
}

namespace vecext::pg {

/// What a caller keeps of a lexeme for later documents, as long as the lexeme is in the cache. It
/// is the caller's if `owner` is a number that no other caller uses, never 0.
struct LexemeNote {
  void* what;
  uint64 owner;
};

struct DocumentTerm {
  std::string_view lexeme;  // 1 to kLongestLexeme bytes
  uint32 count;
  LexemeNote* note;  // may be null
};

struct DocumentTerms {
  const DocumentTerm* at;
  int64 count;
  int64 length;  // all occurrences together
};

/// The lexemes of a text, in no order. The list lies in the current memory context; lexemes are
/// valid until the next call of one of these functions in this backend. CHECK_FOR_INTERRUPTS() is
/// called meanwhile. Text that dictionaries raise errors about raises them here.
DocumentTerms terms_of_text(const TextOptions& options, std::string_view text);

/// The same of the elements of an array of texts, as if they were one text; null elements have
/// none.
DocumentTerms terms_of_array(const TextOptions& options, ArrayType* texts);

/// The lexemes of a tsvector, in its order, which point into it: as often as it has positions, or
/// once if it has none.
DocumentTerms terms_of_vector(TSVector vector);

}  // namespace vecext::pg
