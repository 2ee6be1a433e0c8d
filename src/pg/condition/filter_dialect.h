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

/// The dialect of a filter that matches() has got: Qdrant's for jsonb and for a text that begins
/// with {, else a filter text. `type` is jsonb or text.
FilterDialect dialect_of_value(Datum filter, Oid type);

/// Parses a filter of type jsonb or text. The tree refers to the value, detoasted if need be, which
/// must live as long. A text that is not valid JSON, in a dialect of JSON, raises the server's
/// error.
ParseError parse_filter_value(Datum filter, Oid type, FilterDialect dialect, const Arena& arena,
                              const Condition** condition);

}  // namespace vecext::pg
