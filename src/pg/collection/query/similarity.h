// Computes how similar two vectors of a column are, by the column's distance.
#pragma once

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The distance operator of a column as a function of two values.
struct DistanceFunction {
  FmgrInfo function;
  CollectionDistance distance;
  bool is_normalized;  // the similarity to a vector of zeros is 0, not NaN
  Oid element;         // for a column of multi-vectors the type of one vector, otherwise InvalidOid
};
DistanceFunction distance_function(const CollectionVector& column);
/// Returns the similarity that examples and MMR score by, which is the larger, the nearer the
/// vectors are. For the Euclidean distance it is minus the square of the distance. For
/// multi-vectors it is a sum over the vectors of `b`: each adds its similarity to the most similar
/// vector of `a`.
double similarity_of(DistanceFunction* distance, Datum a, Datum b);

/// The vectors of a multi-vector, or one vector. Values that are compared many times are taken
/// apart once.
struct VectorSet {
  Datum* at;
  int count;
};
VectorSet vector_set(const DistanceFunction& distance, Datum value);
double similarity_of(DistanceFunction* distance, const VectorSet& a, const VectorSet& b);

}  // namespace vecext::pg
