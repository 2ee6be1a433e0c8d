#include "pg/collection/query/fuse.h"

#include <algorithm>
#include <cmath>

#include "core/score/fusion.h"
#include "core/score/mmr.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/score_points.h"
#include "pg/collection/query/similarity.h"
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

/// What the points of a list add to their scores.
void add_rrf(const Rrf& rrf, const Hits& list, int number, GrowingArray<Hit>* terms) {
  const double weight = rrf.weights == nullptr ? 1 : rrf.weights[number];
  for (int64 rank = 0; rank < list.list.count; ++rank) {
    Hit hit = list.list.at[rank];
    hit.score = rrf_term(rank, rrf.k, weight);
    terms->push(hit, CurrentMemoryContext);
  }
}

/// `query`: what has found the list.
void add_dbsf(const Query& query, const Hits& list, GrowingArray<Hit>* terms) {
  auto* scores = allocate<double>(list.list.count);
  const bool is_negated = score_order(query) == ScoreOrder::kSmallerFirst;
  for (int64 i = 0; i < list.list.count; ++i) {
    const double score = list.list.at[i].score;
    scores[i] = std::isnan(score) ? 0 : (is_negated ? -score : score);
  }
  normalize_by_distribution({scores, static_cast<Size>(list.list.count)});
  for (int64 i = 0; i < list.list.count; ++i) {
    Hit hit = list.list.at[i];
    hit.score = scores[i];
    terms->push(hit, CurrentMemoryContext);
  }
}

/// Sums the scores of hits of the same point.
void sum_by_id(Oid id_type, GrowingArray<Hit>* terms) {
  interruptible_stable_sort(terms->at, terms->count, [=](const Hit& a, const Hit& b) {
    return compare_ids(id_type, a.id, b.id) < 0;
  });
  int64 count = 0;
  for (int64 i = 0; i < terms->count; ++i) {
    if (count > 0 && compare_ids(id_type, terms->at[count - 1].id, terms->at[i].id) == 0) {
      terms->at[count - 1].score += terms->at[i].score;
    } else {
      terms->at[count++] = terms->at[i];
    }
  }
  terms->count = count;
}

}  // namespace

Hits fuse(const Query& query, const Hits* lists, int list_count, int64 limit) {
  Hits fused{.list = {}, .order = ScoreOrder::kLargerFirst};
  const auto* rrf = ranking_as<Rrf>(query);
  for (int i = 0; i < list_count; ++i) {
    if (rrf != nullptr) {
      add_rrf(*rrf, lists[i], i, &fused.list);
    } else {
      add_dbsf(*query.prefetch[i], lists[i], &fused.list);
    }
  }
  const Oid id_type = query.source.collection->id_type;
  sum_by_id(id_type, &fused.list);
  for (int64 i = 0; i < fused.list.count; ++i) {
    check_fused_score(fused.list.at[i].score);
  }
  sort_hits(&fused, id_type);
  cut(&fused, 0, limit);
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
