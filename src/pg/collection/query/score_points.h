// Points ranked by several examples. No index has such an order: all rows are scored, or those
// near the examples where these are proved to have the best ones.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The `count` best points of the source by the ranking of the query, which is one by examples;
/// larger scores are better. All points of a source with ids are scored. Examples are vectors by
/// now.
Hits score_points(const Query& query, const RowSource& source, int64 count);

/// The same for the nearest points to the target, where all rows must be compared: the column
/// holds multi-vectors.
Hits nearest_multi_vectors(const Query& query, const RowSource& source, int64 count);

/// The vectors of points by their ids, of the column's type; null where a point or its vector is
/// missing. An SPI connection must be open.
struct PointVectors {
  Datum* ids;  // in order
  Datum* vectors;
  int64 count;
};
PointVectors vectors_of_points(const RowSource& source, const CollectionVector& column);

}  // namespace vecext::pg
