// Checks if a tsquery matches a value. Queries with phrases and labels need this check, because an
// index has no positions.
#pragma once

#include "pg/text/text_values.h"
#include "pg/sys/pg.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// A tsquery that is prepared for checks, with its words in an order in which they can be looked
/// up.
struct TsqueryCheck;

/// Prepares a tsquery for values that are read with `options`, in the current memory context. The
/// result points into `query`. Raises an error if is_tsquery_true() could not decide about such
/// values.
const TsqueryCheck* prepare_check(TSQuery query, const TextOptions& options);

/// True if to_tsvector() of the value matches the query. It also decides about a text that is too
/// long for to_tsvector().
bool is_tsquery_true(const TsqueryCheck& check, TextKind kind, const TextOptions& options,
                     Datum value);

}  // namespace vecext::pg
