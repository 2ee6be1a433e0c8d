// How similar the vectors of a column are, by its distance.
#pragma once

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

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

}  // namespace vecext::pg
