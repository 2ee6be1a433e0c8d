// Documents as distinct lexemes.
#pragma once

#include <string_view>

#include "core/postings/segment/document_terms.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "tsearch/ts_type.h"
#include "utils/array.h"
}

namespace vecext::pg {

/// The lexemes of a text, in no order. The list lies in the current memory context; lexemes are
/// valid until the next call of one of these functions in this backend. CHECK_FOR_INTERRUPTS() is
/// called meanwhile. Text that dictionaries raise errors about raises them here.
postings::DocumentTerms terms_of_text(const TextOptions& options, std::string_view text);

/// The same of the elements of an array of texts, as if they were one text; null elements have
/// none.
postings::DocumentTerms terms_of_array(const TextOptions& options, ArrayType* texts);

/// The lexemes of a tsvector, in its order, which point into it: as often as it has positions, or
/// once if it has none.
postings::DocumentTerms terms_of_vector(TSVector vector);

}  // namespace vecext::pg
