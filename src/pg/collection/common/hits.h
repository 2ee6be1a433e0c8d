// Points that a search found, with their scores.
#pragma once

#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct Hit {
  Datum id;
  double score;   // NaN: none, as the cosine distance of a zero vector; last in every order
  Datum payload;  // jsonb; if has_payload
  Datum vectors;  // jsonb; if has_vectors
  bool has_payload;
  bool has_vectors;
};

/// Whether the larger or the smaller score is the better one, or the order is no matter of scores.
enum class ScoreOrder : uint8 { kLargerFirst, kSmallerFirst, kAsListed };

struct Hits {
  GrowingArray<Hit> list;
  ScoreOrder order;
};

/// The score of a row at that distance, and which scores are better.
double score_of_distance(CollectionDistance distance, double value);
ScoreOrder score_order(CollectionDistance distance);
/// The same as a similarity, of which larger is better: for Euclid and Manhattan the distance,
/// negated. Scores by examples square the Euclidean distance: similarity_of() in score_points.h.
double similarity_of_distance(CollectionDistance distance, double value);

/// Puts hits in the order of their scores, equal ones by id; those without a score come last.
void sort_hits(Hits* hits, Oid id_type);

/// Keeps the hits that are better than the threshold; with `admits_equal` those at it, too.
void apply_threshold(Hits* hits, double threshold, bool admits_equal);

/// Keeps `limit` hits from the place `offset`.
void cut(Hits* hits, int64 offset, int64 limit);

/// Whether `id` is among `count` ids.
bool is_among(Oid type, Datum id, const Datum* ids, int count);

/// A copy of an id in the current memory context.
Datum copy_id(const Collection& collection, Datum id);

}  // namespace vecext::pg
