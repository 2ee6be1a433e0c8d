#include "pg/collection/query/query_run.h"

#include "pg/collection/query/formula.h"
#include "pg/collection/query/fuse.h"
#include "pg/collection/query/list_points.h"
#include "pg/collection/query/query_examples.h"
#include "pg/collection/query/score_points.h"
#include "pg/collection/search/row_search.h"
#include "pg/collection/search/show_points.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

Hits run(Query* query, int64 count);

/// Returns the rows that a request ranks. These are the rows that its prefetches have found or,
/// without prefetches, all rows that satisfy its filter.
RowSource source_of(const Query& query, const Hits* lists) {
  RowSource source = query.source;
  if (query.prefetch_count > 0) {
    source.has_ids = true;
    source.ids = union_of_ids(*source.collection, lists, query.prefetch_count);
    source.has_filter = false;  // the requests below have applied it
  }
  return source;
}

/// Removes the hits whose scores are not better than the query's threshold, if it has one.
void keep_beyond_threshold(const Query& query, Hits* hits) {
  if (!query.threshold) {
    return;
  }
  const ScoreOrder order = hits->order;
  hits->order = score_order(query);
  // The scores of fusions and formulas may be equal to the threshold.
  apply_threshold(hits, *query.threshold, ranks_by<Fusion, ByFormula>(query));
  hits->order = order;
}

/// Returns the rows nearest to a vector, by the column or, if `index` is valid, by its expression.
Hits run_nearest(const Query& query, const RowSource& source, Datum vector, Oid index,
                 int64 count) {
  return search_rows({.source = source,
                      .value = searched_vector({.column = query.column, .index = index}),
                      .query = vector,
                      .is_exact = query.params.exact || source.has_ids,
                      .limit = count,
                      .shown = query.is_shown ? &query.shown : nullptr});
}

Hits run_nearest(const Query& query, const Nearest& ranking, const RowSource& source, int64 count) {
  const Mmr* mmr = ranking.mmr ? &*ranking.mmr : nullptr;
  const int64 rows = mmr == nullptr    ? count
                     : mmr->is_default ? Max(mmr->candidates, count)
                                       : mmr->candidates;
  Hits hits = query.column->is_multi
                  ? nearest_multi_vectors(query, source, rows)
                  : run_nearest(query, source, ranking.target->vector, ranking.index, rows);
  if (mmr == nullptr) {
    return hits;
  }
  keep_beyond_threshold(query, &hits);
  return choose_different(query, ranking, hits, count);
}

/// Returns the best rows by words, among the rows that have one of the words.
Hits run_words(const BestByWords& ranking, const RowSource& source, int64 count) {
  Hits hits = search_rows({.source = source,
                           .value = searched_text(ranking.index),
                           .query = ranking.words,
                           .is_exact = source.has_ids,
                           .limit = count,
                           .shown = nullptr});
  hits.lacks_words = hits.list.count == 0 && !has_words(ranking.index, ranking.words);
  if (hits.lacks_words) {
    tell_no_words();
  }
  return hits;
}

/// Returns the best points of the source by the query's ranking, which must not be one of lists (a
/// fusion or a formula).
Hits rank_points(const Query& query, const RowSource& source, int64 count) {
  if (const auto* nearest = ranking_as<Nearest>(query)) {
    return run_nearest(query, *nearest, source, count);
  }
  if (const auto* words = ranking_as<BestByWords>(query)) {
    return run_words(*words, source, count);
  }
  if (const auto* by_key = ranking_as<OrderByKey>(query)) {
    return list_by_key(by_key->order, source, count);
  }
  if (ranks_by<OrderById, RandomOrder>(query)) {
    return list_points(source, ranks_by<RandomOrder>(query), count);
  }
  const auto* recommend = ranking_as<Recommend>(query);
  if (recommend != nullptr && recommend->strategy == RecommendStrategy::kAverageVector) {
    const Datum average = average_vector(query, *recommend);
    if (query.column->is_multi) {
      Query nearest = query;
      nearest.ranking = nearest_to(average);
      return nearest_multi_vectors(nearest, source, count);
    }
    return run_nearest(query, source, average, InvalidOid, count);
  }
  return score_points(query, source, count);
}

Hits rank(const Query& query, const Hits* lists, int64 count) {
  if (const auto* fusion = ranking_as<Fusion>(query)) {
    return fuse(query, *fusion, lists, count);
  }
  if (const auto* by_formula = ranking_as<ByFormula>(query)) {
    return score_by_formula(*query.source.collection, *by_formula->formula, lists,
                            query.prefetch_count, count);
  }
  return rank_points(query, source_of(query, lists), count);
}

Hits run(Query* query, int64 count) {
  check_stack_depth();
  CHECK_FOR_INTERRUPTS();
  auto* lists = palloc_array<Hits>(query->prefetch_count);
  for (int i = 0; i < query->prefetch_count; ++i) {
    lists[i] = run(query->prefetch[i], query->prefetch[i]->limit);
  }
  resolve_examples(query);
  if (query->source.collection != nullptr) {
    check_unchanged(*query->source.collection);
  }
  const int level = begin_settings(query->params);
  Hits hits = rank(*query, lists, count);
  end_settings(level);
  keep_beyond_threshold(*query, &hits);
  return hits;
}

}  // namespace

ScoreOrder score_order(const Query& query) {
  if (is_search_by_vector(query)) {
    return score_order(query.column->distance);
  }
  return ranks_by<OrderById, RandomOrder, OrderByKey>(query) ? ScoreOrder::kAsListed
                                                             : ScoreOrder::kLargerFirst;
}

Hits run_query(Query* query) {
  // A search of one statement reads payloads and vectors as well.
  query->is_shown = query->limit + query->offset <= kMostShown && is_search_by_vector(*query) &&
                    mmr_of(*query) == nullptr && !query->column->is_multi;
  if (query->offset > 0) {
    // Each page is cut from the list of its own search, which is as long as the page needs: a row
    // that a shorter list lacks would come on two pages, or on none.
    raise_recall(&query->params);
  }
  Hits hits = run(query, query->limit + query->offset);
  cut(&hits, query->offset, query->limit);
  return hits;
}

Hits run_and_show(Query* query) {
  Hits hits = run_query(query);
  if (!query->is_shown) {
    show_points(*query->source.collection, query->shown, &hits);
  }
  return hits;
}

}  // namespace vecext::pg
