#include "pg/collection/query/fuse.h"

#include <algorithm>
#include <cmath>

#include "core/score/fused_rows.h"
#include "core/score/mmr.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/query_run.h"
#include "pg/collection/query/score_points.h"
#include "pg/collection/query/similarity.h"
#include "pg/sys/sort.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

/// Adds a list to those that are fused. Its best hit must come first; `order` says which scores are
/// better. A hit without a score counts as one with score 0.
void add_list(const Hits& hits, ScoreOrder order, int list, const Contribution& contribution,
              GrowingArray<ListedRow<Hit>>* listed) {
  const GrowingArray<Hit>& rows = hits.list;
  const double sign = order == ScoreOrder::kSmallerFirst ? -1 : 1;
  auto* terms = static_cast<double*>(
      palloc_extended(sizeof(double) * static_cast<Size>(rows.count + 1), MCXT_ALLOC_HUGE));
  for (int64 i = 0; i < rows.count; ++i) {
    terms[i] = std::isnan(rows.at[i].score) ? 0 : sign * rows.at[i].score;
  }
  replace_by_terms(contribution, {terms, static_cast<Size>(rows.count)});
  listed->reserve(listed->count + rows.count, CurrentMemoryContext);
  for (int64 i = 0; i < rows.count; ++i) {
    listed->at[listed->count++] = {
        .row = &rows.at[i], .term = terms[i], .list = list, .rank = static_cast<int32>(i)};
  }
  pfree(terms);
}

/// Raises an ERROR if a sum of scores is not finite.
void check_fused_score(double score) {
  if (!std::isfinite(score)) {
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("score of a fusion is not finite"), errhint("Give smaller weights.")));
  }
}

/// Returns what the weights of prefetches by vectors are divided by. It is their share, so that
/// they count as a whole, if no prefetch has words to search for, and 1 otherwise.
double share_of_vectors(const Query& query, const Fusion& fusion, const Hits* lists) {
  for (int i = 0; i < query.prefetch_count; ++i) {
    if (ranks_by<BestByWords>(*query.prefetch[i]) && !lists[i].lacks_words) {
      return 1;
    }
  }
  return fusion.vector_share > 0 ? fusion.vector_share : 1;
}

}  // namespace

Hits fuse(const Query& query, const Fusion& fusion, const Hits* lists, int64 limit) {
  const double share = share_of_vectors(query, fusion, lists);
  GrowingArray<ListedRow<Hit>> listed{};
  for (int i = 0; i < query.prefetch_count; ++i) {
    const Query& prefetch = *query.prefetch[i];
    Contribution contribution = fusion.prefetches[i];
    contribution.weight /= ranks_by<BestByWords>(prefetch) ? 1 : share;
    add_list(lists[i], score_order(prefetch), i, contribution, &listed);
  }
  const auto poll = [] { CHECK_FOR_INTERRUPTS(); };
  const auto most = static_cast<Size>(listed.count);
  auto* rows = static_cast<FusedRow<Hit>*>(
      palloc_extended(sizeof(FusedRow<Hit>) * (most + 1), MCXT_ALLOC_HUGE));
  Hits fused{.list = {}, .order = ScoreOrder::kLargerFirst};
  with_order(query.source, [&](auto compare_rows, auto compare_ties) {
    const Size count = sum_by_row(std::span{listed.at, most}, compare_rows, poll, rows);
    const std::span all{rows, count};
    for (const FusedRow<Hit>& row : all) {
      check_fused_score(row.score);
    }
    for (const FusedRow<Hit>& row : best_rows(all, static_cast<Size>(limit), compare_ties, poll)) {
      Hit hit = row.row();
      hit.score = row.score;
      hit.listed = row.listed;
      fused.list.push(hit, CurrentMemoryContext);
    }
  });
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
  return id_array(collection.id_type, ids.at, end - ids.at);
}

Hits choose_different(const Query& query, const Nearest& nearest, const Hits& candidates,
                      int64 limit) {
  const Collection& collection = *query.source.collection;
  const PointVectors points = vectors_of_points(
      source_of_points(collection, union_of_ids(collection, &candidates, 1)), *query.column);
  const int64 count = candidates.list.count;
  DistanceFunction distance = distance_function(*query.column);
  const VectorSet target = vector_set(distance, nearest.target->vector);
  auto* vectors = palloc_array<VectorSet>(count);
  auto* relevance = palloc_array<double>(count);
  auto* most_similar = palloc_array<double>(count);
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
  auto* chosen = palloc_array<int32>(picks);
  choose_by_marginal_relevance({relevance, static_cast<Size>(kept)}, nearest.mmr->lambda,
                               {most_similar, static_cast<Size>(kept)},
                               {chosen, static_cast<Size>(picks)}, [&](Size i, Size j) {
                                 CHECK_FOR_INTERRUPTS();
                                 return similarity_of(&distance, vectors[j], vectors[i]);
                               });
  Hits result{.list = {}, .order = ScoreOrder::kAsListed};
  for (int64 i = 0; i < picks; ++i) {
    result.list.push(found.list.at[chosen[i]], CurrentMemoryContext);
  }
  return result;
}

}  // namespace vecext::pg
