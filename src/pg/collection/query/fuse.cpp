#include "pg/collection/query/fuse.h"

#include <algorithm>

#include "core/score/mmr.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/score_points.h"
#include "pg/collection/query/similarity.h"
#include "pg/collection/search/fuse_lists.h"
#include "pg/sys/sort.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

template <class T>
T* allocate(int64 count) {
  return static_cast<T*>(palloc(sizeof(T) * static_cast<Size>(count + 1)));
}

}  // namespace

Hits fuse(const Query& query, const Fusion& fusion, const Hits* lists, int64 limit) {
  GrowingArray<ListedRow<Hit>> listed{};
  for (int i = 0; i < query.prefetch_count; ++i) {
    add_list(lists[i].list, score_order(*query.prefetch[i]), i, fusion.prefetches[i], &listed);
  }
  const auto compare = [id_type = query.source.collection->id_type](const Hit& a, const Hit& b) {
    return compare_ids(id_type, a.id, b.id);
  };
  Hits fused{.list = {}, .order = ScoreOrder::kLargerFirst};
  for (const FusedRow<Hit>& row : fuse_lists(listed, limit, compare, compare)) {
    Hit hit = row.row();
    hit.score = row.score;
    fused.list.push(hit, CurrentMemoryContext);
  }
  return fused;
}

Datum union_of_ids(const Collection& collection, const Hits* lists, int list_count) {
  GrowingArray<Datum> ids{};
  for (int list = 0; list < list_count; ++list) {
    for (int64 i = 0; i < lists[list].list.count; ++i) {
      ids.push(lists[list].list.at[i].id, CurrentMemoryContext);
    }
  }
  interruptible_sort(ids.at, ids.count,
                     [&](Datum a, Datum b) { return compare_ids(collection.id_type, a, b) < 0; });
  const auto* end = std::unique(ids.at, ids.at + ids.count, [&](Datum a, Datum b) {
    return compare_ids(collection.id_type, a, b) == 0;
  });
  return id_array(collection, ids.at, end - ids.at);
}

Hits choose_different(const Query& query, const Nearest& nearest, const Hits& candidates,
                      int64 limit) {
  const Collection& collection = *query.source.collection;
  PointSource source{};
  source.collection = &collection;
  source.has_ids = true;
  source.ids = union_of_ids(collection, &candidates, 1);
  const PointVectors points = vectors_of_points(source, *query.column);
  const int64 count = candidates.list.count;
  DistanceFunction distance = distance_function(*query.column);
  const VectorSet target = vector_set(distance, nearest.target->vector);
  auto* vectors = allocate<VectorSet>(count);
  auto* relevance = allocate<double>(count);
  auto* most_similar = allocate<double>(count);
  Hits found{.list = {}, .order = ScoreOrder::kAsListed};
  for (int64 i = 0; i < count; ++i) {
    const Hit& hit = candidates.list.at[i];
    const Datum* place = std::lower_bound(
        points.ids, points.ids + points.count, hit.id,
        [&](Datum a, Datum b) { return compare_ids(collection.id_type, a, b) < 0; });
    if (place == points.ids + points.count ||
        compare_ids(collection.id_type, *place, hit.id) != 0) {
      continue;
    }
    const int64 kept = found.list.count;
    vectors[kept] = vector_set(distance, points.vectors[place - points.ids]);
    relevance[kept] = similarity_of(&distance, vectors[kept], target);
    found.list.push(hit, CurrentMemoryContext);
  }
  const int64 kept = found.list.count;
  const int64 picks = Min(limit, kept);
  auto* chosen = allocate<int32>(picks);
  choose_by_marginal_relevance({relevance, static_cast<Size>(kept)}, nearest.mmr->lambda,
                               {most_similar, static_cast<Size>(kept)},
                               {chosen, static_cast<Size>(picks)}, [&](Size i, Size j) {
                                 CHECK_FOR_INTERRUPTS();
                                 return similarity_of(&distance, vectors[i], vectors[j]);
                               });
  Hits result{.list = {}, .order = ScoreOrder::kAsListed};
  for (int64 i = 0; i < picks; ++i) {
    result.list.push(found.list.at[chosen[i]], CurrentMemoryContext);
  }
  return result;
}

}  // namespace vecext::pg
