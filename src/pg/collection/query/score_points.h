// Ranks points by several examples. No index has such an order, so all rows are scored, or only the
// rows near the examples where it is proved that the best ones are among them.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Returns the `count` best points of the source by the ranking of the query, which must be one by
/// examples. Larger scores are better. All points are scored if the source has ids. The vectors of
/// all examples must be known already.
Hits score_points(const Query& query, const RowSource& source, int64 count);

/// Returns the `count` points of the source that are nearest to the target, for a column of
/// multi-vectors, which no index serves: all rows are compared.
Hits nearest_multi_vectors(const Query& query, const RowSource& source, int64 count);

/// Points that have a vector in a column, and these vectors, which are of the column's type.
struct PointVectors {
  Datum* ids;  // in the order of compare_ids()
  Datum* vectors;
  int64 count;
};
PointVectors vectors_of_points(const RowSource& source, const CollectionVector& column);

}  // namespace vecext::pg
