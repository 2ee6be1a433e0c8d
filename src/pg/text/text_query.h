// Makes queries of an index from words and from tsqueries.
#pragma once

#include <string_view>

#include "core/postings/search/postings_query.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// Returns the query for plain words, in the current memory context. It is true of a document that
/// has at least one of the words. With bigrams, a single Han, Kana or Hangul character is looked up
/// as a prefix. If the documents were read with Bigrams::kPairs, such a character raises an ERROR,
/// because no term of a document begins with the last character of a run.
postings::Query query_of_words(const TextOptions& options, std::string_view words);

/// Returns the query for a tsquery, in the current memory context. Its lexemes may point into the
/// tsquery, whose lexemes are taken as they are. With bigrams, a lexeme that has Han, Kana or
/// Hangul characters becomes all of its bigrams, and a single such character becomes a prefix, as
/// in query_of_words(). Phrases and labels of positions need a recheck (needs_recheck).
postings::Query query_of_tsquery(TSQuery query, Bigrams bigrams);

}  // namespace vecext::pg
