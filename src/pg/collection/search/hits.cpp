#include "pg/collection/search/hits.h"

#include <algorithm>
#include <cmath>

#include "pg/sys/sort.h"

extern "C" {
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
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

int compare_places(const Hit& a, const Hit& b) {
  if (a.table != b.table) {
    return a.table < b.table ? -1 : 1;
  }
  return ItemPointerCompare(const_cast<ItemPointer>(&a.place), const_cast<ItemPointer>(&b.place));
}

int KeyOrder::operator()(const Hit& a, const Hit& b) const {
  const int32 order = compare != nullptr && a.has_key && b.has_key
                          ? DatumGetInt32(FunctionCall2Coll(compare, collation, a.id, b.id))
                          : 0;
  return order != 0 ? order : compare_places(a, b);
}

KeyOrder key_order(const TableKey& key) {
  if (!OidIsValid(key.type)) {
    return {.compare = nullptr, .collation = InvalidOid};
  }
  TypeCacheEntry* type = lookup_type_cache(key.type, TYPECACHE_CMP_PROC_FINFO);
  return {.compare = OidIsValid(type->cmp_proc_finfo.fn_oid) ? &type->cmp_proc_finfo : nullptr,
          .collation = key.collation};
}

void sort_hits(Hits* hits, const RowSource& source) {
  if (hits->order == ScoreOrder::kAsListed) {
    return;
  }
  const double sign = hits->order == ScoreOrder::kLargerFirst ? 1 : -1;
  with_order(source, [=](auto /*compare_rows*/, auto compare_ties) {
    interruptible_sort(hits->list.at, hits->list.count, [=](const Hit& a, const Hit& b) {
      return comes_before(sign * a.score, sign * b.score, [&] { return compare_ties(a, b); });
    });
  });
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
