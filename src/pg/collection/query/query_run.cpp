#include "pg/collection/query/query_run.h"

#include "pg/collection/query/formula.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/fuse.h"
#include "pg/collection/query/query_examples.h"
#include "pg/collection/query/score_points.h"
#include "pg/collection/search/row_search.h"
#include "pg/collection/search/show_points.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"
}

#include <limits>

namespace vecext::pg {

namespace {

Hits run(Query* query, int64 count);

/// The rows that a request ranks: those that its prefetches found, or those of its filter.
RowSource source_of(const Query& query, const Hits* lists) {
  RowSource source = query.source;
  if (query.prefetch_count > 0) {
    source.has_ids = true;
    source.ids = union_of_ids(*source.collection, lists, query.prefetch_count);
    source.has_filter = false;  // the requests below have it
  }
  return source;
}

/// The rows nearest to a vector: to the column, or to what the index is on.
Hits run_nearest(const Query& query, const RowSource& source, Datum vector, Oid index,
                 int64 count) {
  return search_rows({.source = source,
                      .value = searched_vector({.column = query.column, .index = index}),
                      .query = vector,
                      .is_exact = query.params.exact || source.has_ids,
                      .limit = count,
                      .shown = query.shows_rows ? &query.shown : nullptr});
}

Hits run_nearest(const Query& query, const Nearest& ranking, const RowSource& source, int64 count) {
  const int64 rows = ranking.mmr ? Max(ranking.mmr->candidates, count) : count;
  const Hits hits = query.column->is_multi
                        ? nearest_multi_vectors(query, source, rows)
                        : run_nearest(query, source, ranking.target->vector, ranking.index, rows);
  return ranking.mmr ? choose_different(query, ranking, hits, count) : hits;
}

/// The rows that are best by words, among those that have one.
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

/// Executes a statement that returns ids, in column `id_column`, in the order of the list.
Hits list_points(SPIPlanPtr plan, ParamListInfo parameters, const Collection& collection,
                 int id_column = 1) {
  Hits hits{.list = {}, .order = ScoreOrder::kAsListed};
  const MemoryContext context = CurrentMemoryContext;
  auto take = [&](TupleTableSlot* row) {
    slot_getallattrs(row);
    Hit hit{};
    hit.id = copy_id(collection, id_of_row(collection, row, id_column));
    hit.score = std::numeric_limits<double>::quiet_NaN();
    hits.list.push(hit, context);
  };
  execute_statement(plan, parameters, StatementAccess::kReads, &take);
  return hits;
}

void begin_list(StatementDraft* draft, const Collection& collection) {
  *draft << "SELECT t.";
  draft->column(collection.relid, collection.id);
  *draft << " FROM ";
  draft->table(collection.relid) << " AS t";
}

/// Points in the order of their ids, or random ones.
Hits run_list(const RowSource& source, bool is_random, int64 count) {
  const Collection& collection = *source.collection;
  struct Shape {
    std::int32_t count;
    std::uint16_t is_random;
    RowSource::Shape source;
  };
  const Shape shape{
      .count = static_cast<std::int32_t>(count), .is_random = is_random, .source = source.shape()};
  const SPIPlanPtr plan =
      statement(statement_key(collection.relid, StatementKind::kListPoints, shape),
                [&](StatementDraft& draft) {
                  begin_list(&draft, collection);
                  write_where(&draft, source);
                  if (is_random) {
                    draft << " ORDER BY pg_catalog.random()";
                  } else {
                    draft << " ORDER BY t.";
                    draft.column(collection.relid, collection.id);
                  }
                  draft << " LIMIT " << static_cast<int>(count);
                });
  ParamListInfo parameters = new_parameters(2);
  parameters->numParams = set_conditions(parameters, 1, source) - 1;
  return list_points(plan, parameters, collection);
}

/// Points in the order of a key of the payload; those that have no place in it are left out.
Hits run_order_by(PointOrder order, const RowSource& source, int64 count) {
  const Collection& collection = *source.collection;
  resolve_order(collection, &order);
  enum { kKey = 1, kStart, kLimit, kOthers };
  struct Shape {
    PointOrder::Shape order;
    RowSource::Shape source;
  };
  const Shape shape{.order = order.shape(), .source = source.shape()};
  const SPIPlanPtr plan =
      statement(statement_key(collection.relid, StatementKind::kOrderPoints, shape),
                [&](StatementDraft& draft) {
                  // The path must be a constant to be that of an index.
                  draft.planning = StatementPlanning::kCustom;
                  for (const Oid type : {Oid{TEXTOID}, order.value_type(), Oid{INT8OID}}) {
                    draft.parameters.push(type, CurrentMemoryContext);
                  }
                  append_points_in_order(
                      collection, order, {.key = kKey, .start = kStart, .limit = kLimit}, [] {},
                      [&](bool) {
                        WhereClause where(&draft, true);
                        write_conditions(&where, source);
                      },
                      draft);
                });
  const ParamListInfo parameters = new_parameters(kOthers + 4);
  set_parameter(parameters, kKey, TEXTOID, order.key_text());
  set_parameter(parameters, kStart, order.value_type(), order.start(), !order.has_start);
  set_parameter(parameters, kLimit, INT8OID, Int64GetDatum(count));
  // Each branch of the statement has the conditions.
  int next = set_conditions(parameters, kOthers, source);
  if (order.has_index && order.has_arrays) {
    next = set_conditions(parameters, next, source);
  }
  parameters->numParams = next - 1;
  const Hits hits = list_points(plan, parameters, collection, 2);
  if (hits.list.count == 0 && !order.has_start && !source.has_filter && !source.has_ids) {
    tell_no_places(order);
  }
  return hits;
}

/// The best points of the source by the query's ranking, which has no lists.
Hits rank_points(const Query& query, const RowSource& source, int64 count) {
  if (const auto* nearest = ranking_as<Nearest>(query)) {
    return run_nearest(query, *nearest, source, count);
  }
  if (const auto* words = ranking_as<BestByWords>(query)) {
    return run_words(*words, source, count);
  }
  if (const auto* by_key = ranking_as<OrderByKey>(query)) {
    return run_order_by(by_key->order, source, count);
  }
  if (ranks_by<OrderById, RandomOrder>(query)) {
    return run_list(source, ranks_by<RandomOrder>(query), count);
  }
  const auto* recommend = ranking_as<Recommend>(query);
  if (recommend != nullptr && recommend->strategy == RecommendStrategy::kAverageVector) {
    return run_nearest(query, source, average_vector(query, *recommend), InvalidOid, count);
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
  auto* lists =
      static_cast<Hits*>(palloc(sizeof(Hits) * static_cast<Size>(query->prefetch_count + 1)));
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
  if (query->threshold) {
    const ScoreOrder order = hits.order;
    hits.order = score_order(*query);
    // Fused scores and those of formulas may equal it.
    apply_threshold(&hits, *query->threshold, ranks_by<Fusion, ByFormula>(*query));
    hits.order = order;
  }
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

Hits find_rows(Query* query) {
  // A search of one statement reads what is shown, too.
  query->shows_rows = query->limit + query->offset <= kMostShown && is_search_by_vector(*query) &&
                      mmr_of(*query) == nullptr && !query->column->is_multi;
  if (query->offset > 0) {
    // Each page is cut from a list of its own: rows that a shorter one lacks would come twice, or
    // never.
    raise_recall(&query->params);
  }
  Hits hits = run(query, query->limit + query->offset);
  cut(&hits, query->offset, query->limit);
  return hits;
}

Hits run_query(Query* query) {
  Hits hits = find_rows(query);
  if (!query->shows_rows) {
    show_points(*query->source.collection, query->shown, &hits);
  }
  return hits;
}

}  // namespace vecext::pg
