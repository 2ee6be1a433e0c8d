// Examples of queries that are ids: their vectors, and which points a result does not have.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Reads the vectors of all examples that are ids, and excludes those points from the result if
/// they are of the searched collection. ERROR P0002 if there is no such point, or it lacks the
/// vector.
void resolve_examples(Query* query);

/// The vector that a recommendation by the average searches for.
Datum average_vector(const Query& query);

}  // namespace vecext::pg
