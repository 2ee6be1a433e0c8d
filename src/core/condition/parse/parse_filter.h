// Parsers of filters. Each makes a condition of a filter in one dialect. They never raise errors,
// take memory only from the arena, and fail for a filter that is more than kMostLevels levels deep.
#pragma once

#include <string_view>

#include "core/base/arena.h"
#include "core/condition/condition.h"
#include "core/json/json.h"
#include "core/condition/parse/parse_error.h"

namespace vecext {

/// Parses Qdrant's grammar: {"must": […], "should": […], "must_not": […], "min_should": {…}}.
ParseError parse_filter(const JsonValue& filter, const JsonSource& source, const Arena& arena,
                        const Condition** condition);

/// Parses a filter text: lang = 'en' AND NOT tags CONTAINS 'draft'. `text` is valid UTF-8.
ParseError parse_filter_text(std::string_view text, const Arena& arena,
                             const Condition** condition);

/// Parses LangChain's filters: {"lang": "en", "year": {"$gte": 2020}}.
ParseError parse_langchain_filter(const JsonValue& filter, const JsonSource& source,
                                  const Arena& arena, const Condition** condition);

/// Parses LlamaIndex's filters: {"filters": [{"key": …, "value": …, "operator": "=="}],
/// "condition": "and"}.
ParseError parse_llamaindex_filter(const JsonValue& filter, const JsonSource& source,
                                   const Arena& arena, const Condition** condition);

/// Parses a path: a.b, a[0].b, a[].b, "a.b". In an error, `position` is the number of a character
/// of the path, from 1.
ParseError parse_path(std::string_view text, const Arena& arena, PayloadPath* path);

}  // namespace vecext
