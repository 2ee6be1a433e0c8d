// Queries as what an index looks up.
#pragma once

#include <string_view>

#include "core/postings/search/postings_query.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// The query of plain words: true of a document that has one of them. With bigrams, a single
/// character of those scripts is looked for as a prefix: an ERROR if documents were read as
/// Bigrams::kPairs, which lack the last character of a run. In the current memory context.
postings::Query query_of_words(const TextOptions& options, std::string_view words);

/// A tsquery. Its lexemes are taken as they are; with bigrams, one with such characters becomes all
/// of its bigrams, and a single character a prefix, as above. Phrases and labels of positions need
/// a recheck. In the current memory context, and lexemes may lie in the tsquery.
postings::Query query_of_tsquery(TSQuery query, Bigrams bigrams);

}  // namespace vecext::pg
