// Result rows of searches: (id text, score float8, payload jsonb, vectors jsonb), before which a
// batch has the number of the request.
#pragma once

#include "pg/collection/common/hits.h"
#include "pg/collection/common/result_rows.h"

namespace vecext::pg {

/// Adds hits; request < 0: the rows have no number of a request.
void add_results(const ResultRows& rows, const Collection& collection, int request,
                 const Hits& hits);

}  // namespace vecext::pg
