#include "pg/collection/search/hits.h"

#include <algorithm>
#include <cmath>

#include "pg/collection/common/point_id.h"

extern "C" {
#include "utils/datum.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

double score_of_distance(CollectionDistance distance, double value) {
  switch (distance) {
    case CollectionDistance::kCosine:
      return 1 - value;
    case CollectionDistance::kDot:
      return -value;
    default:
      return value;
  }
}

ScoreOrder score_order(CollectionDistance distance) {
  return distance == CollectionDistance::kCosine || distance == CollectionDistance::kDot
             ? ScoreOrder::kLargerFirst
             : ScoreOrder::kSmallerFirst;
}

void sort_hits(Hits* hits, Oid id_type) {
  sort_rows(hits, [=](const Hit& a, const Hit& b) { return compare_ids(id_type, a.id, b.id); });
}

void apply_threshold(Hits* hits, double threshold, bool admits_equal) {
  const bool is_larger_first = hits->order != ScoreOrder::kSmallerFirst;
  const auto* end =
      std::remove_if(hits->list.at, hits->list.at + hits->list.count, [=](const Hit& hit) {
        const bool is_better = is_larger_first ? hit.score > threshold : hit.score < threshold;
        return !is_better && !(admits_equal && hit.score == threshold);
      });
  hits->list.count = end - hits->list.at;
}

void check_fused_score(double score) {
  if (!std::isfinite(score)) {
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("score of a fusion is not finite"), errhint("Give smaller weights.")));
  }
}

void cut(Hits* hits, int64 offset, int64 limit) {
  const int64 first = std::min(offset, hits->list.count);
  const int64 count = std::min(limit, hits->list.count - first);
  std::copy(hits->list.at + first, hits->list.at + first + count, hits->list.at);
  hits->list.count = count;
}

bool is_among(Oid type, Datum id, const Datum* ids, int count) {
  for (int i = 0; i < count; ++i) {
    if (compare_ids(type, id, ids[i]) == 0) {
      return true;
    }
  }
  return false;
}

Datum copy_id(const Collection& collection, Datum id) {
  int16 length;
  bool is_by_value;
  get_typlenbyval(collection.id_type, &length, &is_by_value);
  return datumCopy(id, is_by_value, length);
}

}  // namespace vecext::pg
