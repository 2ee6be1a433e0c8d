// Whether a tsquery is true of a value: for phrases and labels, of which an index has no positions.
#pragma once

#include "pg/am/bm25/text_values.h"
#include "pg/sys/pg.h"

extern "C" {
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

/// Raises an error if is_tsquery_true() cannot tell for texts read with these options.
void check_can_recheck(TSQuery query, const TextOptions& options);

/// True if to_tsvector() of the value matches the query: also of a text that is too long for it.
bool is_tsquery_true(TSQuery query, TextKind kind, const TextOptions& options, Datum value);

}  // namespace vecext::pg
