// Makes documents, which are sets of distinct lexemes, from texts, arrays of texts and tsvectors.
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
/// context. The lexemes are valid until the next call of one of these functions in this backend.
/// Dictionaries may raise errors about the text. It calls CHECK_FOR_INTERRUPTS().
postings::DocumentTerms terms_of_text(const TextOptions& options, std::string_view text);

/// Does the same for the elements of an array of texts, as if they were one text. Null elements
/// have no lexemes.
postings::DocumentTerms terms_of_array(const TextOptions& options, ArrayType* texts);

/// Returns the lexemes of a tsvector, in the order in which it has them. They point into the
/// tsvector. A lexeme counts once for each of its positions, or once if it has no positions.
postings::DocumentTerms terms_of_vector(TSVector vector);

}  // namespace vecext::pg
