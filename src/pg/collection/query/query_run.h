// Runs queries.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Payloads and vectors are kept of no more points than that: of a larger result, memory holds the
/// ids and scores, and what is shown is read for a part of the points at a time.
constexpr int64 kMostShown = 20000;

/// Runs the query, and returns the rows in the order of its result, `offset` and `limit` applied.
/// On return, query->is_shown is true if what is shown of points is filled in. An SPI connection
/// must be open.
Hits run_query(Query* query);

/// Runs the query, and fills in what is shown.
Hits run_and_show(Query* query);

/// Which scores of the rows that a query finds are better, in whatever order it lists them.
/// kAsListed: they have none.
ScoreOrder score_order(const Query& query);

}  // namespace vecext::pg
