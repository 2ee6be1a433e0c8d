// Points ranked by several examples. No index has such an order: all rows are scored, or the rows
// nearest to the target, if any, and to each positive example.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The `count` best points of query.source by query.kind, which is one of those by examples; larger
/// scores are better. Of a source with ids all points are scored. Examples are vectors by now.
Hits score_points(const Query& query, const PointSource& source, int64 count);

/// The same for the nearest points to query.target, where all rows must be compared: the column
/// holds multi-vectors.
Hits nearest_multi_vectors(const Query& query, const PointSource& source, int64 count);

/// The vectors of points by their ids, of the column's type; null where a point or its vector is
/// missing. An SPI connection must be open.
struct PointVectors {
  Datum* ids;  // in order
  Datum* vectors;
  int64 count;
};
PointVectors vectors_of_points(const PointSource& source, const CollectionVector& column);

/// The distance operator of a column as a function of two values.
struct DistanceFunction {
  FmgrInfo function;
  CollectionDistance distance;
  Oid element;  // of a multi-vector the type of one vector, else InvalidOid
};
DistanceFunction distance_function(const CollectionVector& column);
/// As a similarity, by which examples and MMR score: minus the square of a Euclidean distance. That
/// of a multi-vector is the sum, over the vectors of `b`, of those to the most similar one of `a`.
double similarity_of(DistanceFunction* distance, Datum a, Datum b);

/// The vectors of a multi-vector, or the one vector: for values that are compared many times.
struct VectorSet {
  Datum* at;
  int count;
};
VectorSet vector_set(const DistanceFunction& distance, Datum value);
double similarity_of(DistanceFunction* distance, const VectorSet& a, const VectorSet& b);

/// An array of ids.
Datum id_array(const Collection& collection, const Datum* ids, int64 count);

}  // namespace vecext::pg
