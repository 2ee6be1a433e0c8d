// Evaluates conditions on the tokens of texts by the server's text search.
#pragma once

#include <string_view>

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// True if the condition is on tokens: kAllTokens, kAnyToken or kPhrase.
bool is_about_tokens(const Condition& condition);

/// Returns the text search configuration of that name, which may have a schema before it. An empty
/// name means default_text_config(). A name without a schema is one of pg_catalog, as the
/// meaning of a filter does not depend on the search path. Raises an ERROR 22023 if there is none.
Oid text_search_config(std::string_view name);

/// Returns the configuration by which a condition on tokens reads texts.
Oid config_of(const Condition& condition);

/// Returns the tsquery of a condition on tokens, in the current memory context. If the condition's
/// text has no tokens, the query matches nothing. Words that the configuration leaves out do not
/// count as words of a phrase.
Datum token_query(const Condition& condition, Oid config);

/// True if a text satisfies a tsquery that token_query() has made. Texts may be longer than a
/// tsvector. A phrase is looked for among the first 16,383 words, as in a tsvector.
bool has_tokens(Oid config, std::string_view text, Datum query);

}  // namespace vecext::pg
