// Result rows of searches: (id text, score float8, payload jsonb, vectors jsonb), before which a
// batch has the number of the request.
#pragma once

#include "pg/collection/common/result_rows.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Runs the query and adds its points; request < 0: the rows have no number of a request. An SPI
/// connection must be open.
void add_results(const ResultRows& rows, Query* query, int request);

/// Runs the query and returns its points as the rows of the function.
Datum return_points(FunctionCallInfo fcinfo, Query* query);

}  // namespace vecext::pg
