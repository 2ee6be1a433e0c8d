// Runs queries.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The largest number of points whose payloads and vectors are kept in memory. A larger result
/// keeps ids and scores alone, and the caller reads what is shown for a part of the points at a
/// time.
constexpr int64 kMostShown = 20000;

/// Runs the query and returns its rows in order, with `offset` and `limit` applied. Sets
/// query->is_shown to true if payloads and vectors are filled in already. An SPI connection must be
/// open.
Hits run_query(Query* query);

/// Runs the query as run_query() does, and fills in payloads and vectors in any case.
Hits run_and_show(Query* query);

/// Returns which scores of the query's rows are better, even if the rows are listed in another
/// order. Returns kAsListed if the rows have no scores.
ScoreOrder score_order(const Query& query);

}  // namespace vecext::pg
