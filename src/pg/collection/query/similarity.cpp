#include "pg/collection/query/similarity.h"

#include <cmath>
#include <limits>

#include "pg/collection/search/hits.h"

extern "C" {
#include "utils/array.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

DistanceFunction distance_function(const CollectionVector& column) {
  DistanceFunction distance{};
  fmgr_info(get_opcode(column.distance_operator), &distance.function);
  distance.distance = column.distance;
  distance.is_normalized = column.is_normalized;
  distance.element = column.is_multi ? get_element_type(column.type) : InvalidOid;
  return distance;
}

namespace {

double similarity_of_one(DistanceFunction* distance, Datum a, Datum b) {
  const double value = DatumGetFloat8(FunctionCall2Coll(&distance->function, InvalidOid, a, b));
  if (std::isnan(value) && distance->is_normalized) {
    return 0;
  }
  if (distance->distance == CollectionDistance::kEuclid) {
    return -value * value;
  }
  const double score = score_of_distance(distance->distance, value);
  return score_order(distance->distance) == ScoreOrder::kSmallerFirst ? -score : score;
}

VectorSet vectors_of(Oid type, Datum array) {
  int16 length;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(type, &length, &is_by_value, &alignment);
  VectorSet vectors{};
  bool* nulls;
  deconstruct_array(DatumGetArrayTypeP(array), type, length, is_by_value, alignment, &vectors.at,
                    &nulls, &vectors.count);
  int count = 0;
  for (int i = 0; i < vectors.count; ++i) {
    if (!nulls[i]) {
      vectors.at[count++] = vectors.at[i];
    }
  }
  vectors.count = count;
  return vectors;
}

/// Returns the similarity of the row's vector that is most similar to `query`, or NaN if it is NaN
/// for all of them.
double best_similarity(DistanceFunction* distance, const VectorSet& row, Datum query) {
  double most = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < row.count; ++i) {
    most = std::fmax(most, similarity_of_one(distance, row.at[i], query));
  }
  return most;
}

double similarity_of_sets(DistanceFunction* distance, const VectorSet& row,
                          const VectorSet& queries) {
  if (row.count == 0 && queries.count > 0) {
    return -std::numeric_limits<double>::infinity();
  }
  double sum = 0;
  for (int i = 0; i < queries.count; ++i) {
    const double best = best_similarity(distance, row, queries.at[i]);
    // By the cosine distance, a vector of zeros has no direction, so it adds nothing for any row.
    sum += std::isnan(best) ? 0 : best;
  }
  return sum;
}

}  // namespace

double similarity_of(DistanceFunction* distance, Datum a, Datum b) {
  return OidIsValid(distance->element)
             ? similarity_of_sets(distance, vectors_of(distance->element, a),
                                  vectors_of(distance->element, b))
             : similarity_of_one(distance, a, b);
}

VectorSet vector_set(const DistanceFunction& distance, Datum value) {
  if (OidIsValid(distance.element)) {
    return vectors_of(distance.element, value);
  }
  return {.at = palloc_object<Datum>(value), .count = 1};
}

double similarity_of(DistanceFunction* distance, const VectorSet& a, const VectorSet& b) {
  return OidIsValid(distance->element) ? similarity_of_sets(distance, a, b)
                                       : similarity_of_one(distance, a.at[0], b.at[0]);
}

}  // namespace vecext::pg
