// Turns queries into what an index looks up.
#pragma once

#include <string_view>

#include "core/postings/search/postings_query.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// Returns the query of plain words, in the current memory context. It is true for a document that
/// has one of the words. With bigrams, a single Han, Kana or Hangul character is looked for as a
/// prefix. Raises an ERROR for such a character if documents were read as Bigrams::kPairs, because
/// none of their terms begins with the last character of a run.
postings::Query query_of_words(const TextOptions& options, std::string_view words);

/// Returns the query of a tsquery, in the current memory context; lexemes may lie in the tsquery.
/// The tsquery's lexemes are taken as they are. With bigrams, a lexeme with such characters becomes
/// all of its bigrams, and a single character becomes a prefix, as above. Phrases and labels of
/// positions need a recheck.
postings::Query query_of_tsquery(TSQuery query, Bigrams bigrams);

}  // namespace vecext::pg
