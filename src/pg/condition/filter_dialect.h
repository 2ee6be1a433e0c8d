// The grammars that filters are written in, and their parsing from values of SQL.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/arena.h"
#include "core/condition/condition.h"
#include "core/condition/parse/parse_error.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

enum class FilterDialect : std::uint8_t { kQdrant, kText, kLangchain, kLlamaindex };

const char* name_of(FilterDialect dialect);

/// Returns the dialect of that name. Raises an ERROR 22023 if there is none.
FilterDialect dialect_of_name(std::string_view name);

/// Returns the dialect of a filter that matches() was called with: kQdrant for jsonb and for a text
/// that begins with {, otherwise kText. `type` is jsonb or text.
FilterDialect dialect_of_value(Datum filter, Oid type);

/// Parses a filter of type jsonb or text, and sets `condition` to its tree. The tree refers to the
/// value, or to a detoasted copy in the current memory context, which must live as long. Raises the
/// server's error if a text is not valid JSON and the dialect is one of JSON.
ParseError parse_filter_value(Datum filter, Oid type, FilterDialect dialect, const Arena& arena,
                              const Condition** condition);

}  // namespace vecext::pg
