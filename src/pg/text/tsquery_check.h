// Checks if a tsquery matches a value, for phrases and labels: an index does not have positions.
#pragma once

#include "pg/text/text_values.h"
#include "pg/sys/pg.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// A tsquery, and its words in an order to look them up in.
struct TsqueryCheck;

/// Prepares a query for values read with these options, in the current memory context; it points
/// into `query`. Raises an error if is_tsquery_true() cannot tell for such values.
const TsqueryCheck* prepare_check(TSQuery query, const TextOptions& options);

/// True if to_tsvector() of the value matches the query: also of a text that is too long for it.
bool is_tsquery_true(const TsqueryCheck& check, TextKind kind, const TextOptions& options,
                     Datum value);

}  // namespace vecext::pg
