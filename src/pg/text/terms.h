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

/// Returns the lexemes of a text, in no particular order. The list lies in the current memory
/// context; the lexemes are valid until the next call of one of these functions in this backend. It
/// may raise the errors that dictionaries raise about the text, and calls CHECK_FOR_INTERRUPTS().
postings::DocumentTerms terms_of_text(const TextOptions& options, std::string_view text);

/// Returns the lexemes of the elements of an array of texts, as if they were one text. Null
/// elements have none.
postings::DocumentTerms terms_of_array(const TextOptions& options, ArrayType* texts);

/// Returns the lexemes of a tsvector, in its order. They point into the tsvector. A lexeme counts
/// as often as it has positions, or once if it has none.
postings::DocumentTerms terms_of_vector(TSVector vector);

}  // namespace vecext::pg
