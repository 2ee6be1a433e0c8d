// Finds the vectors of examples that are ids, and excludes their points from the result.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The examples of a request. Which of these a request has depends on its ranking.
struct ExampleLists {
  Example* target;    // null if there is none
  Examples positive;  // for pairs, positive and negative have equal counts, and a pair has the same
                      // place in both
  Examples negative;
  Examples others;  // points with feedback
};
ExampleLists examples_of(const Query& query);

/// Reads the vectors of all examples that are ids. Excludes the points of these examples from the
/// result if they are points of the searched collection. Raises an ERROR P0002 if there is no such
/// point, or if it lacks the vector.
void resolve_examples(Query* query);

/// Returns the vector that a recommendation with strategy kAverageVector searches for.
Datum average_vector(const Query& query, const Recommend& recommend);

}  // namespace vecext::pg
