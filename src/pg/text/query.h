// Queries as what an index looks up.
#pragma once

#include <string_view>

#include "core/token/query_tree.h"
#include "pg/text/parse.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// The query of plain words: true of a document that has one of them. In the current memory
/// context.
TextQuery query_of_words(const TextOptions& options, std::string_view words);

/// A tsquery. Its lexemes are taken as they are; with bigrams, one with such characters becomes all
/// of its bigrams. In the current memory context, and lexemes may lie in the tsquery.
TextQuery query_of_tsquery(TSQuery query, bool bigrams);

}  // namespace vecext::pg
