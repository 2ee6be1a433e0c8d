// Rows that a search found, with their scores.
#pragma once

#include <span>

#include "core/score/fused_rows.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/source/row_source.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "fmgr.h"
#include "storage/itemptr.h"
}

namespace vecext::pg {

struct Hit {
  Datum id;           // the id of a point, or the key of a row of any table (valid if has_key)
  double score;       // NaN, which is last in every order, if the distance is NaN (cosine of zeros)
  Datum payload;      // jsonb; valid if has_payload
  Datum vectors;      // jsonb, or bytea[] if they are shown in binary; valid if has_vectors
  Datum order_value;  // jsonb: the value of a point in the order of a key; valid if has_order_value
  std::span<const ListedRow<Hit>> listed;  // after a fusion: its places in the lists
  Oid table;                               // for a row of any table: its tableoid
  ItemPointerData place;                   // for a row of any table: its ctid
  bool has_key;
  bool has_payload;
  bool has_vectors;
  bool has_order_value;
};

/// Which scores are better. kAsListed means that the order of the hits does not follow from scores.
enum class ScoreOrder : uint8 { kLargerFirst, kSmallerFirst, kAsListed };

struct Hits {
  GrowingArray<Hit> list;
  ScoreOrder order;
  bool lacks_words = false;  // the search was by words, and its text has no word to search for
};

/// Return the score of a row at a distance of that kind, and which scores are better. Searches by
/// words have kDot, as their distance is the negative score.
double score_of_distance(CollectionDistance distance, double value);
ScoreOrder score_order(CollectionDistance distance);

/// Compares rows of any table by their places.
int compare_places(const Hit& a, const Hit& b);

/// Compares rows of any table by their keys, and those without one by their places.
struct KeyOrder {
  FmgrInfo* compare;  // null if keys have no order
  Oid collation;

  int operator()(const Hit& a, const Hit& b) const;
};
KeyOrder key_order(const TableKey& key);

/// Calls body(compare_rows, compare_ties) with two comparisons of hits of the source. compare_rows
/// returns 0 for hits of the same row; compare_ties orders hits with equal scores.
template <class Body>
void with_order(const RowSource& source, Body body) {
  if (!source.is_of_points()) {
    body(compare_places, key_order(*source.key));
    return;
  }
  const auto by_id = [type = source.collection->id_type](const Hit& a, const Hit& b) {
    return compare_ids(type, a.id, b.id);
  };
  body(by_id, by_id);
}

/// Puts hits in the order of their scores, equal ones by id or key; those without a score come
/// last.
void sort_hits(Hits* hits, const RowSource& source);

/// Keeps the hits whose scores are better than the threshold or, if `admits_equal`, equal to it.
void apply_threshold(Hits* hits, double threshold, bool admits_equal);

/// Keeps `limit` hits from the one at place `offset` on, which is counted from 0.
void cut(Hits* hits, int64 offset, int64 limit);

/// True if `id` is among `count` ids.
bool is_among(Oid type, Datum id, const Datum* ids, int count);

/// Returns a copy of an id in the current memory context.
Datum copy_id(const Collection& collection, Datum id);

}  // namespace vecext::pg
