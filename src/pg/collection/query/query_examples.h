// Examples of queries that are ids: their vectors, and which points a result does not have.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The examples of a request, which has some of these.
struct ExampleLists {
  Example* target;    // null if there is none
  Examples positive;  // those of pairs are as many, in the same order
  Examples negative;
  Examples others;  // of feedback
};
ExampleLists examples_of(const Query& query);

/// Reads the vectors of all examples that are ids, and excludes those points from the result if
/// they are of the searched collection. ERROR P0002 if there is no such point, or it lacks the
/// vector.
void resolve_examples(Query* query);

/// The vector that a recommendation by the average searches for.
Datum average_vector(const Query& query, const Recommend& recommend);

}  // namespace vecext::pg
